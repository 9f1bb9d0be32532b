// Gives names to what Wagtail's own scripts put into the forms of images without any (WCAG 4.1.2).
(() => {
  const words = (element) => (element ? element.textContent.trim() : "");

  const progressLabel = () =>
    document.querySelector("[data-progress-label]")?.dataset.progressLabel || "…";

  const nameFields = () => {
    for (const field of document.querySelectorAll(".tagit-new input:not([aria-label])")) {
      const wrapper = field.closest("[data-field-wrapper]");
      field.setAttribute("aria-label", words(wrapper?.querySelector("label")) || "#");
    }
    for (const field of document.querySelectorAll("#fileupload:not([aria-label])")) {
      field.setAttribute("aria-label", words(field.parentElement.querySelector("button")));
    }
    for (const bar of document.querySelectorAll(".progress:not([role])")) {
      bar.setAttribute("role", "progressbar");
      bar.setAttribute("aria-label", progressLabel());
    }
  };

  const start = () => {
    nameFields();
    const observer = new MutationObserver(nameFields);
    observer.observe(document.body, { childList: true, subtree: true });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
