/* One script tag puts the chat on another site: <script src="https://HOST/embed.js" async></script>
   The site must be among HOI_OCOP_WEB__ORIGINS, and its own policy must allow the frame. Whatever stands in the way,
   a frame is shown only once the chat inside has said that it is there; until then, and if it never does, there are
   words with a link to the full chat, never a browser's error page. */
(() => {
  "use strict";
  // A module has no currentScript, and one that was imported has no element at all: then an error knows where we are.
  const named = /\/embed\.js(?:[?#]|$)/;
  const script = document.currentScript || Array.from(document.scripts).find((each) => named.test(each.src));
  const traced = /(https?:\/\/[^\s()]+?\/embed\.js)/.exec(String(new Error().stack)) || [];
  const source = (script && script.src) || traced[1];
  if (!source || document.getElementById("hoi-ocop-chat")) return;
  const house = new URL(source).origin;
  const every = "WORDS"; // The server puts each language's words here, the first language first.
  const asked = document.documentElement.lang.toLowerCase().split("-")[0];
  const language = every[asked] ? asked : Object.keys(every)[0];
  const words = every[language];

  const sheet = `
    :host { all: initial; }
    button { position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; display: flex; align-items: center; gap: 8px;
      min-height: 52px; padding: 0 20px; border: 0; border-radius: 26px; background: #1a6546; color: #fff; cursor: pointer;
      font: 600 16px/1.2 system-ui, sans-serif; box-shadow: 0 4px 18px rgb(0 0 0 / 28%); }
    button:focus-visible { outline: 3px solid #f0b93f; outline-offset: 2px; }
    .news::after { content: ""; width: 12px; height: 12px; border-radius: 50%; background: #d92d20; border: 2px solid #fff; }
    .panel, iframe { position: fixed; right: 16px; bottom: 80px; z-index: 2147483000; width: 400px; height: min(640px, calc(100vh - 100px));
      max-width: calc(100vw - 32px); border: 0; border-radius: 18px; background: #f6f3ec; box-shadow: 0 8px 40px rgb(0 0 0 / 30%);
      color-scheme: light dark; }
    .panel { box-sizing: border-box; padding: 24px; height: auto; color: #1f2622; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
    .panel a { color: #1a6546; font-weight: 600; }
    [hidden] { display: none !important; }
    @media (max-width: 520px) {
      .panel { left: 16px; width: auto; }
      iframe { top: 0; right: 0; bottom: auto; left: 0; width: 100%; max-width: none; height: calc(100% - 64px); border-radius: 0; }
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
  } catch (error) {
    const style = document.createElement("style");
    style.textContent = sheet;
    root.append(style);
  }

  const button = document.createElement("button");
  button.type = "button";
  let frame = null;
  let there = false;
  let news = 0;
  let timer = 0;

  const panel = document.createElement("div");
  panel.className = "panel";
  panel.setAttribute("role", "status");
  panel.hidden = true;

  const tell = (shown) => {
    if (frame && there) frame.contentWindow.postMessage({ to: "hoi-ocop", shown }, house);
  };

  const refuse = () => {
    clearTimeout(timer);
    if (frame) frame.remove();
    there = false;
    const way = document.createElement("a");
    way.href = `${house}/?lang=${language}`;
    way.target = "_blank";
    way.rel = "noopener";
    way.textContent = words.full;
    const plain = document.createElement("p");
    plain.textContent = `${house}/`;
    panel.textContent = `${words.refused} `;
    panel.append(way, plain);
    root.insertBefore(panel, button);
    panel.hidden = button.getAttribute("aria-expanded") !== "true";
  };

  const load = () => {
    frame = document.createElement("iframe");
    frame.title = words.frame;
    frame.allow = `geolocation ${house}; camera ${house}; clipboard-write ${house}`;
    frame.hidden = false;
    frame.style.visibility = "hidden";
    panel.textContent = words.loading;
    root.insertBefore(panel, button);
    // What is refused "loads" too, but says nothing; a slow line gets more time than that.
    frame.addEventListener("load", () => { clearTimeout(timer); timer = setTimeout(refuse, 4000); });
    timer = setTimeout(refuse, 30000);
    frame.src = `${house}/?lang=${language}`;
    root.insertBefore(frame, button);
  };

  const draw = () => {
    const open = button.getAttribute("aria-expanded") === "true";
    const fresh = news > 0 && !open;
    button.classList.toggle("open", open);
    button.classList.toggle("news", fresh);
    button.setAttribute("aria-label", open ? words.close : words.open + (fresh ? ` (${words.news})` : ""));
    button.textContent = open ? "✕" : words.short;
  };

  const show = (open) => {
    button.setAttribute("aria-expanded", String(open));
    if (open && (!frame || !frame.isConnected)) load();
    if (frame) frame.hidden = !open;
    panel.hidden = !open || there;
    draw();
    tell(open);
    if (open && there) frame.focus();
  };

  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== house && event.origin !== "null") return;
    const { from, what, count } = event.data || {};
    if (from !== "hoi-ocop") return;
    if (what === "refused") { refuse(); return; }
    if (what === "news") news = count;
    if (what === "ready" && !there) {
      clearTimeout(timer);
      there = true;
      frame.style.visibility = "visible";
      show(button.getAttribute("aria-expanded") === "true");
    }
    draw();
  });

  // A policy of the page that allows no frame of ours is told at once.
  document.addEventListener("securitypolicyviolation", (event) => {
    const about = /^(frame|child|default)-src/.test(event.effectiveDirective || event.violatedDirective);
    if (frame && about && event.blockedURI.startsWith(house)) refuse();
  });

  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { show(false); button.focus(); }
  });
  root.append(button);
  show(false);
  (document.body || document.documentElement).append(host);
})();
