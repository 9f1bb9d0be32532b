/* Razem: puts a list of ours into your page. How to use it: /embed/ where this file comes from.

   <div class="razem-embed"><a href="https://…/wydarzenia/">Wydarzenia</a></div>
   <script async src="https://…/embed/v1.js" data-section="events" data-limit="5"></script>

   The link stays where scripts are off or the list cannot be had. No cookies, no third party. */
(() => {
  "use strict";

  const TIMEOUT_MS = 10000;
  const script = document.currentScript;

  const warn = (reason) => console.warn(`Razem: ${reason}`, script);

  /* Each data-… is a parameter of the list. Those with another dash are of some other program. */
  function address() {
    const url = new URL(`${script.dataset.section}.html`, script.src);
    for (const { name, value } of script.attributes) {
      const parameter = /^data-([a-z_]+)$/.exec(name);
      if (parameter && parameter[1] !== "section") url.searchParams.set(parameter[1], value);
    }
    return url;
  }

  /* Whoever is on the link in the box now keeps it: the list waits until they have left. */
  function show(box, list) {
    if (box.contains(document.activeElement)) {
      box.addEventListener("focusout", () => setTimeout(show, 0, box, list), { once: true });
    } else {
      box.replaceChildren(list);
    }
  }

  function load(box) {
    /* Not fetch: only this gives a parsed document without the HTML sinks that Trusted Types ban. */
    const request = new XMLHttpRequest();
    request.open("GET", address());
    request.responseType = "document";
    request.timeout = TIMEOUT_MS;
    request.onloadend = () => {
      box.removeAttribute("aria-busy");
      const found = request.response && request.response.querySelector("section.razem");
      if (request.status === 200 && found) {
        show(box, found);
      } else {
        const said = found ? found.textContent.replace(/\s+/g, " ").trim() : "no answer";
        warn(`the list is not shown (${request.status}): ${said}`);
      }
    };
    box.setAttribute("aria-busy", "true");
    request.send();
  }

  if (!script || !document.body || !document.body.contains(script)) {
    warn("the script has to stand in the body of the page, and be no module.");
    return;
  }
  if (!/^[a-z]+$/.test(script.dataset.section || "")) {
    warn('data-section is missing or wrong. It is a word like "events".');
    return;
  }
  let box = script.previousElementSibling;
  if (!box || !box.classList.contains("razem-embed")) {
    box = document.createElement("div");
    box.className = "razem-embed";
    script.after(box);
  }
  load(box);
})();
