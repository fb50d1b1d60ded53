// Lists that follow their filters (htmx). What one chose or typed since a request left is newer
// than its answer: that answer is dropped, and the request that follows brings the right one.
(() => {
  "use strict";

  const sent = new WeakMap();
  const filled = (form) => new URLSearchParams(new FormData(form)).toString();

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.target instanceof HTMLFormElement) sent.set(event.target, filled(event.target));
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = event.detail.requestConfig.elt;
    if (sent.has(form) && sent.get(form) !== filled(form)) event.detail.shouldSwap = false;
  });
})();
