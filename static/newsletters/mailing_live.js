/* Keeps the page of a mailing up to date, without moving the focus or touching the table. */
(() => {
  const live = document.getElementById("mailing-live");

  const stateOf = (element) => element.querySelector("[data-live=state]").dataset;
  const seconds = () => Number(stateOf(live).refreshSeconds);

  // The token against forged requests differs in every answer and means the same.
  const withoutTokens = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => input.remove());
    return copy.innerHTML;
  };

  const put = (element, fresh) => {
    Object.assign(element.dataset, fresh.dataset);
    if (withoutTokens(element) === withoutTokens(fresh)) {
      return;
    }
    const hadFocus = element.contains(document.activeElement);
    const href = hadFocus && document.activeElement.getAttribute("href");
    element.innerHTML = fresh.innerHTML;
    if (hadFocus) {
      const same = href && [...element.querySelectorAll("a")].find((a) => a.getAttribute("href") === href);
      (same || document.getElementById("mailing-state")).focus({ preventScroll: true });
    }
  };

  const refresh = async () => {
    const answer = await fetch(live.dataset.url, { credentials: "same-origin" });
    // Logged out, or gone: a page that only seems current would be worse than an old one.
    if (answer.redirected || answer.status === 404) {
      window.location.reload();
      return;
    }
    if (!answer.ok) {
      return; // The server may be restarting: try again.
    }
    const fresh = document.createElement("div");
    fresh.innerHTML = await answer.text();
    // The list of recipients has come: there was nothing yet in its place that one could lose.
    if (stateOf(fresh).hasList !== stateOf(live).hasList) {
      window.location.reload();
      return;
    }
    fresh.querySelectorAll("[data-live]").forEach((part) => {
      put(live.querySelector(`[data-live="${part.dataset.live}"]`), part);
    });
  };

  const wait = () => {
    if (!seconds()) {
      return;
    }
    setTimeout(async () => {
      if (!document.hidden) {
        await refresh().catch(() => {});
      }
      wait();
    }, seconds() * 1000);
  };

  wait();
})();
