// Passkeys: the browser makes or finds a key, the form carries it. Nothing shows where it can't.
(() => {
  "use strict";
  const refusal = "Aucune clé n’a été utilisée. Réessayez, ou connectez-vous autrement.";
  // A key belongs to a name: an address made of numbers has none.
  const canUse = window.PublicKeyCredential && window.webauthnJSON
    && !/^[\d.:[\]]+$/.test(location.hostname);

  const obtain = {
    create: () => {
      const options = JSON.parse(document.getElementById("passkey-options").textContent);
      return window.webauthnJSON.create(options);
    },
    get: async (form) => {
      const given = form.querySelector("#passkey-options");
      if (given) return window.webauthnJSON.get(JSON.parse(given.textContent));
      const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      return window.webauthnJSON.get((await answer.json()).request_options);
    },
  };

  for (const form of document.querySelectorAll("[data-passkey]")) {
    if (!canUse) continue;
    const button = form.querySelector("[type=submit]");
    const status = form.querySelector("[data-passkey-status]");
    status.textContent = "";
    button.disabled = false;
    form.closest("[hidden]")?.removeAttribute("hidden");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        const credential = await obtain[form.dataset.passkey](form);
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      } catch {
        status.textContent = refusal;
        button.disabled = false;
      }
    });
  }
})();
