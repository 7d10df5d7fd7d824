/* One script tag puts the chat on another site: <script src="https://HOST/embed.js" async></script>
   The site must be among HOI_OCOP_WEB__ORIGINS, otherwise the browser refuses to show the frame. */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || document.getElementById("hoi-ocop-chat")) return;
  const house = new URL(script.src).origin;
  const language = (document.documentElement.lang || "vi").toLowerCase().startsWith("en") ? "en" : "vi";
  const words = {
    vi: { open: "Mở khung chat Hỏi OCOP", close: "Đóng khung chat", frame: "Khung chat Hỏi OCOP", short: "Hỏi OCOP" },
    en: { open: "Open the Hỏi OCOP chat", close: "Close the chat", frame: "Hỏi OCOP chat", short: "Ask OCOP" },
  }[language];

  const sheet = `
    :host { all: initial; }
    button { position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; display: flex; align-items: center; gap: 8px;
      min-height: 52px; padding: 0 20px; border: 0; border-radius: 26px; background: #1a6546; color: #fff; cursor: pointer;
      font: 600 16px/1.2 system-ui, sans-serif; box-shadow: 0 4px 18px rgb(0 0 0 / 28%); }
    button:focus-visible { outline: 3px solid #f0b93f; outline-offset: 2px; }
    iframe { position: fixed; right: 16px; bottom: 80px; z-index: 2147483000; width: 400px; height: min(640px, calc(100vh - 100px));
      max-width: calc(100vw - 32px); border: 0; border-radius: 18px; background: #f6f3ec; box-shadow: 0 8px 40px rgb(0 0 0 / 30%);
      color-scheme: light dark; }
    [hidden] { display: none !important; }
    @media (max-width: 520px) {
      iframe { inset: 0 0 auto 0; width: 100%; max-width: none; height: calc(100% - 64px); border-radius: 0; }
      button.open { right: 8px; bottom: 8px; min-height: 48px; }
    }`;

  const host = document.createElement("div");
  host.id = "hoi-ocop-chat";
  host.lang = language;
  const root = host.attachShadow({ mode: "open" });
  try {
    // A made sheet is allowed where the site's own policy forbids inline styles.
    const made = new CSSStyleSheet();
    made.replaceSync(sheet);
    root.adoptedStyleSheets = [made];
  } catch {
    const style = document.createElement("style");
    style.textContent = sheet;
    root.append(style);
  }

  const button = document.createElement("button");
  button.type = "button";
  let frame = null;

  const show = (open) => {
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.title = words.frame;
      frame.allow = `geolocation ${house}; camera ${house}; clipboard-write ${house}`;
      frame.src = `${house}/?lang=${language}`;
      root.insertBefore(frame, button);
    }
    if (frame) frame.hidden = !open;
    button.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? words.close : words.open);
    button.textContent = open ? "✕" : words.short;
    if (open) frame.focus();
  };

  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { show(false); button.focus(); }
  });
  root.append(button);
  show(false);
  (document.body || document.documentElement).append(host);
})();
