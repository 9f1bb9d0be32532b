/* Fills the side panel „Gdzie to jest” when it is opened, and does what its buttons say.

   Listens on the document: after the first autosave of a new page Wagtail replaces the panel. */
(() => {
  const HEADERS = { "X-Requested-With": "XMLHttpRequest" };

  const config = () => JSON.parse(document.getElementById("wagtail-config").textContent);

  const part = (panel, name) => panel.querySelector(`[data-places-${name}]`);

  const say = (panel, words) => {
    part(panel, "said").textContent = words;
  };

  const showError = (panel, words) => {
    say(panel, words);
    let box = part(panel, "problem");
    if (!box) {
      box = document.createElement("p");
      box.className = "places__error";
      box.dataset.placesProblem = "";
      part(panel, "content").before(box);
    }
    box.textContent = words;
  };

  const clearError = (panel) => {
    const box = part(panel, "problem");
    if (box) {
      box.remove();
    }
  };

  const load = async (panel) => {
    const content = part(panel, "content");
    if (!content || content.getAttribute("aria-busy") === "true") {
      return false;
    }
    content.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(panel.dataset.placesUrl, {
        credentials: "same-origin",
        headers: HEADERS,
      });
      if (!answer.ok || answer.redirected) {
        throw new Error(answer.status);
      }
      content.innerHTML = await answer.text();
      clearError(panel);
      return true;
    } catch {
      showError(panel, panel.dataset.placesFailed);
      return false;
    } finally {
      content.removeAttribute("aria-busy");
    }
  };

  const refresh = async (panel, button) => {
    say(panel, "");
    if (await load(panel)) {
      say(panel, button.dataset.placesDone);
    }
  };

  const act = async (panel, button) => {
    if (button.getAttribute("aria-disabled") === "true") {
      return;
    }
    button.setAttribute("aria-disabled", "true");
    try {
      const { CSRF_HEADER_NAME: header, CSRF_TOKEN: token } = config();
      const answer = await fetch(button.dataset.placesAction, {
        method: "POST",
        credentials: "same-origin",
        headers: { ...HEADERS, [header]: token },
      });
      if (!answer.ok || answer.redirected) {
        throw new Error(answer.status);
      }
      const { message } = await answer.json();
      await load(panel);
      say(panel, message);
      // The button may be gone: the next Tab should not begin at the top of the page.
      part(panel, "refresh").focus({ preventScroll: true });
    } catch {
      button.removeAttribute("aria-disabled");
      showError(panel, panel.dataset.placesRefused);
    }
  };

  document.addEventListener(
    "show",
    (event) => {
      const panel = event.target.querySelector && event.target.querySelector("[data-places-url]");
      if (panel && event.target.dataset.sidePanel) {
        load(panel);
      }
    },
    true,
  );

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-places-refresh], [data-places-action]");
    const panel = button && button.closest("[data-places]");
    if (!panel) {
      return;
    }
    if (button.dataset.placesAction) {
      act(panel, button);
    } else {
      refresh(panel, button);
    }
  });

  // A new page was saved while the panel was open: now there is something to ask for.
  const fill = () => {
    const shown = "[data-side-panel]:not([hidden]) [data-places-url]:not([data-places-asked])";
    document.querySelectorAll(shown).forEach((panel) => {
      panel.dataset.placesAsked = "";
      load(panel);
    });
  };

  const watch = () => {
    const holder = document.querySelector("[data-side-panel=places]");
    if (holder) {
      new MutationObserver(fill).observe(holder, { childList: true });
    }
  };

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", watch);
  } else {
    watch();
  }
})();
