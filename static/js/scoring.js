// The total of the scoring view, live. Without this script it is right after each save.
(() => {
  const form = document.querySelector("[data-scoring]");
  if (!form) return;
  const output = form.querySelector("[data-total]");
  const label = output.previousElementSibling;
  const groups = new Map();
  for (const radio of form.querySelectorAll("input[type=radio][data-weight]")) {
    groups.set(radio.name, Number(radio.dataset.weight));
  }
  const show = () => {
    let points = 0;
    let most = 0;
    for (const [name, weight] of groups) {
      const chosen = form.querySelector(`input[name="${name}"]:checked`);
      points += weight * (Number(chosen?.value) || 0);
      most += 3 * weight;
    }
    // Cut, not rounded, to one decimal: as the gate shows it.
    const tenths = Math.floor((1000 * points) / most);
    const score = `${Math.floor(tenths / 10)},${tenths % 10}`;
    label.textContent = "Total :";
    output.textContent = `${points} points sur ${most}, soit ${score} sur 100`;
  };
  form.addEventListener("change", show);
  show();
})();
