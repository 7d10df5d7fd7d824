/* Passkeys on the officers' board: asks the browser what the form wants to know, fills the answer in, and sends the form.
   Where the browser knows no passkeys, such forms stay hidden; everything else works without this script. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));
  const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  const ask = async (form) => {
    const options = JSON.parse(form.dataset.options);
    const publicKey = { ...options, challenge: bytes(options.challenge) };
    if (options.user) {
      publicKey.user = { ...options.user, id: bytes(options.user.id) };
      publicKey.excludeCredentials = known(options.excludeCredentials);
    } else {
      publicKey.allowCredentials = known(options.allowCredentials);
    }
    const found = await navigator.credentials[options.user ? "create" : "get"]({ publicKey });
    const response = {};
    for (const part of PARTS) if (found.response[part]) response[part] = text(found.response[part]);
    form.elements.answer.value = JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response });
    form.submit();
  };

  for (const form of document.querySelectorAll("form[data-options]")) {
    const trouble = form.querySelector("[role=alert]");
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      trouble.hidden = true;
      ask(form).catch(() => {
        trouble.hidden = false;
      });
    });
  }
})();
