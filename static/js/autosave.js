// A form that saves by itself (htmx) says so when it couldn't, and warns before its page is left
// while something typed is still on its way. Without this script, buttons save.
(() => {
  "use strict";

  // Milliseconds: until an answer's fields are in their place, and for an answer that never comes.
  const SETTLED = 50;
  const LONGEST_WAIT = 5000;
  const form = document.querySelector("[data-autosave]");
  if (!form) return;
  let unsaved = 0;
  let sent = 0;
  // Sentences of the page, shown one at a time.
  const says = (name) => {
    for (const alert of form.querySelectorAll("[data-not-saved]")) {
      alert.hidden = alert.dataset.notSaved !== name;
    }
  };
  // Of two savings on their way, the server then knows which one was sent last.
  const turn = form.elements.namedItem("turn");
  const step = () => { if (turn) turn.value = Number(turn.value) + 1; };
  form.addEventListener("input", () => { unsaved += 1; step(); });
  // A button pressed while the page saves by itself waits for the answer, which may say what to send
  // with it; once it is sent, nothing more is saved by itself, from a page that is old by then.
  let onTheirWay = 0;
  let pressed = null;
  let isLeaving = false;
  const leave = () => {
    if (!pressed) return;
    const { button } = pressed;
    pressed = null;
    form.requestSubmit(button);
  };
  form.addEventListener("submit", (event) => {
    if (onTheirWay && !isLeaving) {
      event.preventDefault();
      isLeaving = true;
      pressed = { button: event.submitter };
      setTimeout(leave, LONGEST_WAIT);
      return;
    }
    isLeaving = true;
    unsaved = 0;
    step();
  });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  // A field of the form may ask for something else meanwhile.
  const saves = ({ detail }) => detail.requestConfig.elt === form;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!saves(event)) return;
    if (isLeaving) { event.preventDefault(); return; }
    onTheirWay += 1;
    sent = unsaved;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!saves(event)) return;
    onTheirWay = Math.max(0, onTheirWay - 1);
    if (pressed && !onTheirWay) setTimeout(leave, SETTLED);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail;
    const asked = new URL(pathInfo.requestPath, location.href).pathname;
    // Led elsewhere: signed out meanwhile, or the file was sent. What is typed stays here.
    if (!xhr.responseURL || new URL(xhr.responseURL).pathname === asked) return;
    event.detail.shouldSwap = false;
    says("elsewhere");
  });
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    // No longer there for this person: typing on wouldn't help.
    const isGone = ({ detail }) => [403, 404].includes(detail.xhr?.status);
    document.addEventListener(failure, (event) => {
      if (saves(event)) says(isGone(event) ? "elsewhere" : "unanswered");
    });
  }
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!saves(event)) return;
    says("");
    // A refusal is an answer too: what was typed still isn't saved, unless the portal keeps it.
    if (!form.querySelector("#enregistre .alert-danger:not([data-kept])")) unsaved -= sent;
  });
  window.addEventListener("beforeunload", (event) => { if (unsaved > 0) event.preventDefault(); });
})();
