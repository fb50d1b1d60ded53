// What the ticked actions ask for, beside the envelope, while one ticks. Without this script a button
// adds up. The words are those of actions/committee/queries/ticked.py.
(() => {
  "use strict";

  const euros = (cents) =>
    (cents / 100).toLocaleString("fr-FR", {
      style: "currency",
      currency: "EUR",
      minimumFractionDigits: cents % 100 ? 2 : 0,
    });
  const show = () => {
    const output = document.querySelector("[data-sum]");
    if (!output) return;
    output.parentElement.querySelector("[data-sum-button]").hidden = true;
    const ticked = [...document.querySelectorAll("input[name=action]:checked")];
    const asked = ticked.reduce((sum, box) => sum + Number(box.dataset.cents), 0);
    const [taken, ceiling] = [Number(output.dataset.taken), Number(output.dataset.ceiling)];
    const left = ceiling - taken - asked;
    const s = ticked.length > 1 ? "s" : "";
    const said = ticked.length
      ? `${ticked.length} action${s} cochée${s}\u00a0: ${euros(asked)}.`
      : "Rien n’est coché.";
    const rest = left < 0
      ? `l’enveloppe est dépassée de ${euros(-left)}`
      : `il reste ${euros(left)}`;
    output.classList.toggle("exceeds", left < 0);
    const whole = `${said} L’ordre du jour demanderait ${euros(taken + asked)} sur une enveloppe de ` +
      `${euros(ceiling)}\u00a0: ${rest}.`;
    if (output.textContent !== whole) output.textContent = whole;
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[name=action]")) show();
  });
  // The list is another one once its filters were answered.
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
