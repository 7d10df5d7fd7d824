/* The web chat. No build step, no library. What others wrote is only ever set as text, never as HTML.

   In order: words, storage, small makers of elements, drawing a reply, the conversation, the line to the server,
   pictures, the box with its suggestions, and at the end what happens on which event. Beside it: links.js (what can be
   pressed in a text), kept.js (what this browser keeps, and forgets), looks.js (the head of the page: larger type,
   menus), aloud.js (reading an answer aloud) and words.js (what is said, made by the server).
   The syntax is that of ES2018 and older, for browsers from 2019 on; tests/unit/web/test_web_scripts.py holds us to it. */
"use strict";

// Words -----------------------------------------------------------------------------------------------------------

// WORDS comes from words.js: for each language its own name, what is said, and what is counted.
const FIRST = Object.keys(WORDS)[0];
const LANGUAGES = Array.from(document.querySelectorAll("[data-language]"));
let language = WORDS[document.documentElement.lang] ? document.documentElement.lang : FIRST;

function put(pattern, values) { return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]); }

function say(key, values = {}) { return put(WORDS[language].say[key] || key, values); }

/* The words for *number* of something; which form a number takes repeats with each hundred. */
function count(key, number) {
  const { forms, which } = WORDS[language].count[key];
  return put(forms[which[number < 200 ? number : 100 + (number % 100)]], { number });
}

function speak(chosen) {
  language = WORDS[chosen] ? chosen : FIRST;
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", say(node.dataset.label));
    if (node.title) node.title = say(node.dataset.label);
  }
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = say(node.dataset.hint);
  for (const button of LANGUAGES) button.hidden = button.dataset.language === language;
  if (byId("languages")) {
    byId("language").setAttribute("aria-label", WORDS[language].own);
    byId("language").querySelector(".long").textContent = WORDS[language].own;
    byId("language").querySelector(".brief").textContent = language.toUpperCase();
    byId("languages").open = false;
  }
  showNews();
}

// Storage: may be forbidden (a frame on another site, a strict browser); then we remember for this page only. ----------

function box(name) {
  const kept = new Map();
  const real = () => { try { return window[name]; } catch (error) { return null; } };
  return {
    get: (key) => { try { return real().getItem(key); } catch (error) { return kept.has(key) ? kept.get(key) : null; } },
    drop: (key) => { kept.delete(key); try { real().removeItem(key); } catch (error) { /* it was never there */ } },
    put: (key, value) => { try { real().setItem(key, value); return true; } catch (error) { kept.set(key, value); return false; } },
  };
}
const home = box("localStorage");

function unguessable() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function myToken() {
  let token = home.get("hoi-ocop.token");
  if (!/^[0-9a-f]{32}$/.test(token || "")) {
    token = unguessable();
    home.put("hoi-ocop.token", token);
  }
  return token;
}

// Elements --------------------------------------------------------------------------------------------------------

function byId(id) { return document.getElementById(id); }

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined || value === null || value === "") continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/* Put *children* in the place of all that is in *node*. */
function fill(node, ...children) {
  node.textContent = "";
  node.append(...children.filter(Boolean));
}

const SVG = "http://www.w3.org/2000/svg";
const STAR = "m12 2.6 2.9 6.1 6.7.9-4.9 4.6 1.2 6.7-5.9-3.2-5.9 3.2 1.2-6.7-4.9-4.6 6.7-.9z";
const SIGNS = { valid: "✓", ending: "!", lapsed: "✕", annulled: "✕", withdrawn: "✕" };

function starsOf(number) {
  if (number === null || number === undefined) return null;
  const row = el("span", { class: "stars", role: "img", "aria-label": count("stars", number) });
  for (let at = 0; at < 5; at += 1) {
    const star = document.createElementNS(SVG, "svg");
    star.setAttribute("class", `star ${at < number ? "on" : "off"}`);
    star.setAttribute("viewBox", "0 0 24 24");
    star.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", STAR);
    star.append(path);
    row.append(star);
  }
  return row;
}

function touchable(url) {
  if (/^\/(?![/\\])/.test(url)) return url;
  try {
    return ["https:", "http:", "tel:", "mailto:"].includes(new URL(url).protocol) ? url : "";
  } catch (error) { return ""; }
}

function anchor(url, label, attributes = {}) {
  const safe = touchable(url);
  if (!safe) return document.createTextNode(label);
  const outside = /^(https?:|\/)/.test(safe);
  const more = outside ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return el("a", { href: safe, ...more, ...attributes }, label);
}

/* A product's page opens in the language that is spoken here; the first language in its own browser need not be said. */
function inLanguage(url) {
  const liked = (navigator.languages || []).map((each) => each.slice(0, 2)).find((each) => WORDS[each]) || FIRST;
  if (url.includes("lang=") || (language === FIRST && liked === FIRST)) return url;
  return `${url}${url.includes("?") ? "&" : "?"}lang=${language}`;
}

function picture(url) {
  const safe = touchable(url || "");
  if (!/^(https:|\/)/.test(safe)) return null;
  return el("img", { class: "picture", src: safe, alt: "", loading: "lazy", onerror: (event) => event.target.remove() });
}

// Drawing a reply -------------------------------------------------------------------------------------------------

function drawReply(reply, context) {
  const node = el("article", { class: "answer", lang: reply.language, "aria-label": say("we") });
  for (const warning of reply.warnings) {
    const sign = el("span", { class: "sign", "aria-hidden": "true" }, "⚠");
    node.append(el("p", { class: "warning" }, sign, el("span", {}, el("span", { class: "unseen" }, `${say("warning")}: `), warning)));
  }
  // An address that we warn of is never made easy to open.
  const words = reply.warnings.length ? [reply.text] : linked(reply.text);
  if (reply.text) node.append(el("p", { class: "words" }, ...words));
  // Before a long card, so that nobody has to scroll for it.
  node.append(drawAloud(node));
  if (reply.cards.length) node.append(drawCards(reply.cards, context));
  if (reply.page && reply.page.pages > 1) node.append(drawPlace(reply.page));
  const asked = drawWant(reply.wants);
  const sent = reply.cards.length === 1 ? reply.cards[0] : null;
  const buttons = reply.choices.map((choice) => (
    sent && choice.url && choice.url === sent.url ? drawSending(sent) : drawChoice(choice, { tap: context.turn })));
  if (asked || buttons.length) node.append(el("div", { class: "choices" }, asked, ...buttons));
  return node;
}

function drawCards(cards, context) {
  const list = el("div", { class: "cards", role: cards.length > 1 && "list" });
  for (const card of cards) {
    const drawn = card.sections.length ? drawWhole(card, context) : drawShort(card, context);
    if (cards.length > 1) drawn.setAttribute("role", "listitem");
    list.append(drawn);
  }
  return list;
}

function drawPlace(page) {
  const words = [say("page", { number: page.number, pages: page.pages }), count("total", page.total)];
  return el("p", { class: "place" }, words.join(" · "));
}

function drawVerdict(card) {
  if (!card.verdict) return null;
  const sign = el("span", { class: "sign", "aria-hidden": "true", "data-sign": SIGNS[card.standing] || "?" });
  return el("p", { class: "verdict" }, sign, el("span", {}, card.verdict));
}

function drawShort(card, context) {
  const titles = el("div", { class: "titles" }, el("h3", {}, card.title));
  const stars = starsOf(card.stars);
  if (stars) titles.append(" ", stars);
  if (card.subtitle) titles.append(el("p", { class: "subtitle" }, card.subtitle));
  const verdict = drawVerdict(card);
  if (verdict) titles.append(verdict);
  const node = el("div", { class: `card short standing-${card.standing}` }, picture(card.picture), titles);
  for (const choice of card.choices.slice(0, 1)) {
    const button = drawChoice(choice, { ...context, label: `${choice.label}: ${card.title}` });
    button.setAttribute("aria-label", `${choice.label}: ${card.title}`);
    node.append(button);
  }
  return node;
}

function drawWhole(card, context) {
  const titles = el("div", { class: "titles" }, el("h2", {}, card.title));
  if (card.subtitle) titles.append(el("p", { class: "subtitle" }, card.subtitle));
  const stars = starsOf(card.stars);
  if (stars) titles.append(stars);
  const node = el("section", { class: `card whole standing-${card.standing}`, "aria-label": card.title });
  const sources = drawSources(card.sources);
  node.append(el("header", { class: "head" }, picture(card.picture), titles));
  const verdict = drawVerdict(card);
  if (verdict) node.append(verdict);
  const folds = card.sections.filter((section) => section.folds).map((section) => drawSection(section, sources));
  node.append(...card.sections.filter((section) => !section.folds).map((section) => drawSection(section, sources)));
  if (card.note) node.append(el("p", { class: "note" }, card.note));
  if (folds.length && sources) folds.push(sources.node);
  if (folds.length) node.append(el("details", { class: "rest" }, el("summary", {}, say("rest")), ...folds));
  else if (sources) node.append(sources.node);
  const buttons = card.choices.filter((choice) => choice.style !== "unfold").map((choice) => drawChoice(choice, context));
  if (touchable(card.url)) buttons.push(anchor(inLanguage(card.url), say("open_page"), { class: "choice" }));
  if (buttons.length) node.append(el("div", { class: "choices" }, ...buttons));
  return node;
}

function drawSection(section, sources) {
  const list = el("dl", {});
  for (const fact of section.facts) {
    const value = el("dd", {}, ...drawValue(fact));
    for (const number of fact.sources) value.append(drawMark(number, sources));
    list.append(el("div", { class: fact.known ? "fact" : "fact unknown" }, el("dt", {}, fact.label), value));
  }
  return el("section", { class: "facts" }, section.heading ? el("h3", {}, section.heading) : null, list);
}

/* The value with its links in their places; links that are not in it follow. */
function drawValue(fact) {
  const parts = [];
  let rest = fact.value;
  for (const link of fact.links) {
    const at = rest.indexOf(link.label);
    if (at < 0) {
      parts.push(parts.length ? " " : "", anchor(link.url, link.label));
      continue;
    }
    parts.push(rest.slice(0, at), anchor(link.url, link.label));
    rest = rest.slice(at + link.label.length);
  }
  return [...parts, rest];
}

function drawMark(number, sources) {
  const open = () => { if (sources) sources.show(number); };
  const label = say("source", { number });
  return el("sup", {}, el("button", { type: "button", "aria-label": label, title: label, onclick: open }, String(number)));
}

function drawSources(lines) {
  if (!lines.length) return null;
  const items = lines.map((line) => {
    const dated = line.as_of ? ` (${line.as_of})` : "";
    return el("li", { tabindex: "-1" }, line.url ? anchor(line.url, line.text) : line.text, dated);
  });
  const summary = el("summary", {}, `${say("sources")} (${lines.length})`);
  const node = el("details", { class: "sources" }, summary, el("ol", {}, ...items));
  const open = () => { for (let each = node; each; each = each.parentElement.closest("details")) each.open = true; };
  return { node, show: (number) => { open(); if (items[number - 1]) items[number - 1].focus(); } };
}

function drawChoice(choice, context) {
  const look = { main: "choice main", chip: "chip" }[choice.style] || "choice";
  if (choice.url) return anchor(choice.url, choice.label, { class: look });
  const label = context.label || choice.label;
  talk.labels.set(choice.action, label);
  return el("button", { type: "button", class: look, onclick: () => context.tap(choice.action, label) }, choice.label);
}

/* A button that hands the card's page to the device's own list of where to send it, or else copies its address. */
function drawSending(card) {
  const url = new URL(card.url, window.location.href).href;
  const button = el("button", { type: "button", class: "choice main" }, say(navigator.share ? "send_on" : "copy_link"));
  const copied = () => { button.textContent = say("link_copied"); };
  button.onclick = () => {
    if (navigator.share) {
      // Whoever closes the list without choosing has done nothing wrong.
      navigator.share({ title: card.title, text: `${card.title}: ${card.verdict}`, url }).catch(() => {});
    } else if (navigator.clipboard) navigator.clipboard.writeText(url).then(copied, () => window.open(url, "_blank", "noopener"));
    else window.open(url, "_blank", "noopener");
  };
  return button;
}

function drawWant(want) {
  byId("camera").classList.toggle("wanted", want === "photo");
  byId("gallery").classList.toggle("wanted", want === "photo");
  if (want !== "location") return null;
  return el("button", { type: "button", class: "choice main", onclick: sharePlace }, say("send_place"));
}

// The conversation ------------------------------------------------------------------------------------------------

const talk = {
  entries: [],          // what was said here, oldest first: {mine, id, text, photo, thumb} or {seq, to, reply}
  drawn: new Set(),     // the seq of every answer on the page
  nodes: new Map(),     // the node of every message and answer by id
  outbox: new Map(),    // what is not acknowledged yet: id → frame (or a picture)
  pending: new Map(),   // what is acknowledged and not answered: id → since when, and *after* when it was sent
  turning: new Map(),   // page turns: id → the answer that is to be replaced
  labels: new Map(),    // what each button on the page is called, by its action
  after: 0,
  unread: 0,
  news: 0,
};

/* From where on an answer may be missing. A notice can overtake the answer to an older message, so while a message
   is open we go back to what we had when it was sent; what is on the page already is not drawn again. */
function missingFrom() {
  const open = [...talk.outbox.values(), ...talk.pending.values()].map((item) => item.base);
  return Math.min(talk.after, ...open);
}

function placeMine(entry, shown = null) {
  const content = shown || drawMine(entry);
  const who = el("span", { class: "unseen" }, `${say("you")}: `);
  const node = el("div", { class: "said", "data-id": entry.id }, who, content, el("div", { class: "state" }));
  byId("welcome").hidden = true;
  byId("log").append(node);
  talk.nodes.set(entry.id, node);
  return node;
}

function drawMine(entry) {
  if (!entry.photo) return el("div", { class: "bubble" }, entry.text);
  if (!isThumbnail(entry.thumb)) return el("div", { class: "bubble named" }, `📷 ${say("photo_sent")}`);
  return el("div", { class: "bubble picture" }, el("img", { src: entry.thumb, alt: say("photo_sent") }));
}

function addMine(entry, shown = null) {
  talk.entries.push(Object.assign({ mine: true }, entry));
  endNews();
  const node = placeMine(entry, shown);
  showForget();
  toEnd();
  return node;
}

function setState(id, words, { failed = false, extra = null } = {}) {
  if (!talk.nodes.has(id)) return;
  const state = talk.nodes.get(id).querySelector(".state");
  state.classList.toggle("failed", failed);
  fill(state, words, extra);
}

function placeAnswer(entry) {
  const { seq, reply } = entry;
  talk.drawn.add(seq);
  // A button below a list turns its page in place; any other button is a question of its own.
  const node = drawReply(reply, { tap, turn: (action, label) => tap(action, label, reply.page ? node : null) });
  node.dataset.seq = seq;
  byId("welcome").hidden = true;
  const old = talk.turning.get(entry.to);
  talk.turning.delete(entry.to);
  if (old) old.removeAttribute("aria-busy");
  if (reply.page && old && old.isConnected) {
    talk.entries = talk.entries.filter((each) => String(each.seq) !== old.dataset.seq);
    old.replaceWith(node);
    return { node, replaced: true };
  }
  byId("log").append(node);
  return { node, replaced: false };
}

function takeAnswer({ seq, to, reply, asked }) {
  if (reply.erased) { erased(reply); return; }
  talk.after = Math.max(talk.after, seq);
  if (talk.drawn.has(seq)) return;
  const stood = atEnd();
  if (!talk.nodes.has(to)) {
    beginNews();
    const mine = asked && !talk.turning.has(to) ? questionOf(to, asked) : null;
    if (mine) { talk.entries.push(mine); placeMine(mine); }
  }
  talk.pending.delete(to);
  settle(to);
  const { node, replaced } = placeAnswer({ seq, to, reply });
  talk.entries.push({ seq, to, reply });
  showTyping();
  keepHistory();
  showForget();
  node.classList.add("fresh");
  if (replaced) {
    node.scrollIntoView({ block: "nearest" });
    node.setAttribute("tabindex", "-1");
    node.focus({ preventScroll: true });
  } else if (stood) showFrom(talk.nodes.get(to) || node, node);
  else countUnread();
  countNews();
}

/* A message has reached the server: it need not be sent again. */
function settle(id) {
  const item = talk.outbox.get(id);
  if (!item) return;
  talk.outbox.delete(id);
  clearTimeout(item.late);
  setState(id, "");
  const entry = talk.entries.find((each) => each.id === id);
  if (entry) delete entry.unsent;
}

/* What was asked, where only the server remembers it; null for what nobody asked. */
function questionOf(id, { kind, text, action }) {
  if (kind === "photo") return { mine: true, id, photo: true };
  const words = { text, place: `📍 ${say("place_sent")}`, tap: talk.labels.get(action) }[kind === "say" ? "text" : kind];
  return words ? { mine: true, id, text: words } : null;
}

/* Older answers, on request, above all others. */
function takeOlder({ answers, more }) {
  const log = byId("log");
  const first = log.firstChild;
  const height = scroller.scrollHeight;
  log.setAttribute("aria-live", "off");
  for (const each of answers) {
    if (talk.drawn.has(each.seq)) continue;
    const mine = each.asked && !talk.nodes.has(each.to) ? questionOf(each.to, each.asked) : null;
    if (mine) log.insertBefore(placeMine(mine), first);
    log.insertBefore(placeAnswer(each).node, first);
  }
  log.setAttribute("aria-live", "polite");
  scroller.scrollTop += scroller.scrollHeight - height;
  showOlder(more);
}

function showOlder(more) { byId("older").hidden = !more; }

function askOlder() {
  byId("older").hidden = true;
  if (line.ready) line.socket.send(JSON.stringify({ type: "older", before: Math.min(...talk.drawn) }));
}

function showTyping() {
  const waiting = talk.pending.size > 0;
  const long = [...talk.pending.values()].some(({ since }) => Date.now() - since > 6000);
  const words = say(long ? "typing_long" : "typing");
  if (byId("typing-words").textContent !== words) byId("typing-words").textContent = words;
  if (byId("typing").hidden === waiting) {
    const stood = atEnd();
    byId("typing").hidden = !waiting;
    if (stood && waiting) toEnd();
  }
}

function sayTrouble(text) {
  const stood = atEnd();
  byId("log").append(el("p", { class: "trouble" }, text));
  if (stood) toEnd();
}

// Scrolling: who reads further up is left there and told that there is more. -----------------------------------------

const scroller = byId("scroller");
let following = true;  // until the person scrolls up; a picture that grows while it loads is no scrolling
let lastTop = 0;
function nearEnd() { return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80; }
function atEnd() { scrolled(); return following; }
function toEnd() { following = true; scroller.scrollTop = scroller.scrollHeight; seenAll(); }
function scrolled() {
  if (nearEnd()) { following = true; seenAll(); }
  else if (scroller.scrollTop < lastTop - 2) following = false;
  lastTop = scroller.scrollTop;
}
function seenAll() { talk.unread = 0; byId("newer").hidden = true; }
function countUnread() { talk.unread += 1; byId("newer").hidden = false; }

/* Show a long answer from its beginning, with the question above it if both fit. */
function showFrom(question, answer) {
  const top = (node) => node.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop - 12;
  const start = answer.getBoundingClientRect().bottom - question.getBoundingClientRect().top > scroller.clientHeight ? answer : question;
  scroller.scrollTop = Math.min(top(start), scroller.scrollHeight);
  following = nearEnd();
  seenAll();
}

// The line to the server ------------------------------------------------------------------------------------------

const line = { socket: null, ready: false, tries: 0, timer: 0, since: Date.now(), heard: 0, pinged: 0, resumed: 0 };

function connect() {
  clearTimeout(line.timer);
  if (line.socket) return;
  if (self.origin === "null") { tellHost("refused"); showAlone(); return; }
  const address = new URL("/chat/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  line.socket = socket;
  line.heard = line.pinged = Date.now(); // A line that does not even open within 15 s is given up as well.
  line.pinged += 1;
  socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: myToken(), after: missingFrom(), language }));
  socket.onmessage = (event) => { line.heard = Date.now(); hear(JSON.parse(event.data)); };
  socket.onclose = (event) => dropped(socket, event.code);
}

function dropped(socket, code) {
  if (line.socket !== socket) return;
  line.socket = null;
  if (line.ready) line.since = Date.now();
  line.ready = false;
  // 1008: the server will not talk to us; trying at once again would only repeat it.
  const slow = code === 1008 ? 15000 : Math.min(15000, 400 * 2 ** line.tries);
  line.tries += 1;
  line.timer = setTimeout(connect, slow * (0.5 + Math.random() / 2));
  for (const [id, item] of talk.outbox) { clearTimeout(item.late); setState(id, say("waiting_line")); }
}

function hangUp() {
  const socket = line.socket;
  if (!socket) return;
  socket.close();
  dropped(socket, 1006);
}

function hear(frame) {
  switch (frame.type) {
    case "ready": return greeted(frame);
    case "older": return takeOlder(frame);
    case "ack": return acknowledged(frame.id);
    case "answer": return takeAnswer(frame);
    case "error": return complained(frame);
    default: return undefined;
  }
}

function greeted({ older }) {
  line.ready = true;
  if (older) showOlder(true);
  tellHost("ready");
  line.tries = 0;
  showLine();
  for (const id of [...talk.outbox.keys()]) transmit(id);
}

function acknowledged(id) {
  const base = talk.outbox.has(id) ? talk.outbox.get(id).base : talk.after;
  settle(id);
  const answered = talk.entries.some((entry) => entry.to === id);
  if (!answered && !talk.pending.has(id)) talk.pending.set(id, { since: Date.now(), base });
  showTyping();
  keepHistory();
}

function complained({ code, text, id }) {
  const item = talk.outbox.get(id);
  if (!item) { sayTrouble(text); return; }
  if (code === "not_kept") {
    setState(id, text || say("trying_again"), { failed: true });
    clearTimeout(item.late);
    item.tries = (item.tries || 0) + 1;
    item.late = setTimeout(() => transmit(id), Math.min(30000, 1000 * 2 ** item.tries) * (0.5 + Math.random() / 2));
    return;
  }
  talk.outbox.delete(id);
  if (talk.turning.has(id)) talk.turning.get(id).removeAttribute("aria-busy");
  setState(id, text, { failed: true });
  if (!talk.nodes.has(id)) sayTrouble(text);
  keepHistory();
}

function transmit(id) {
  const item = talk.outbox.get(id);
  if (!item) return;
  if (item.blob) { upload(id); return; }
  if (!line.ready) { setState(id, say("waiting_line")); return; }
  line.socket.send(JSON.stringify(item.frame));
  clearTimeout(item.late);
  item.late = setTimeout(() => setState(id, say("sending")), 800);
}

function send(frame, { label = "", turns = null } = {}) {
  const id = unguessable();
  const whole = Object.assign({}, frame, { id, language });
  talk.outbox.set(id, { frame: whole, base: talk.after });
  if (turns) {
    talk.turning.set(id, turns);
    turns.setAttribute("aria-busy", "true");
  } else if (label) {
    addMine({ id, text: label });
    tellSiblings({ id, text: label });
  }
  keepHistory();
  transmit(id);
}

function tap(action, label, turns = null) { send({ type: "tap", action }, { label, turns }); }

function showLine() {
  const away = navigator.onLine === false || (!line.ready && Date.now() - line.since > 2500);
  byId("offline").hidden = !away;
}

/* Once a second: a line that went silent is dropped, an answer that may have passed us by is asked for. */
function watch() {
  const now = Date.now();
  for (const [id, { since }] of talk.pending) if (now - since > 180000) talk.pending.delete(id);
  showLine();
  showTyping();
  if (!line.socket) return;
  if (line.pinged > line.heard && now - line.pinged > 15000) { hangUp(); return; }
  if (!line.ready) return;
  if (now - line.heard > 20000 && line.pinged <= line.heard) {
    line.pinged = now;
    line.socket.send(JSON.stringify({ type: "ping" }));
  }
  const missing = [...talk.pending.values()].some(({ since }) => now - since > 4000);
  if (missing && now - line.resumed > 5000) {
    line.resumed = now;
    line.socket.send(JSON.stringify({ type: "resume", after: missingFrom() }));
  }
}

// Other tabs of the same person see the questions too; the answers come to them from the server.
const siblings = "BroadcastChannel" in window ? new BroadcastChannel("hoi-ocop") : null;
function tellSiblings(what) { if (siblings) siblings.postMessage(what); }

// Pictures --------------------------------------------------------------------------------------------------------

const AS_IT_IS = 1.5 * 1024 * 1024;
const LARGEST = 20 * 1024 * 1024;
const SIDE = 1600;

async function shrunk(file) {
  if (file.size <= AS_IT_IS) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = el("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const smaller = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.9); });
    return smaller && smaller.size < file.size ? smaller : file;
  } catch (error) {
    return file; // A format that only the server can open, HEIC for one.
  }
}

function isPicture(file) { return file.type.startsWith("image/") || /\.(jpe?g|png|webp|gif|bmp|hei[cf]|avif)$/i.test(file.name); }

async function sendPicture(file) {
  if (!isPicture(file)) { sayTrouble(say("photo_only")); return; }
  const id = unguessable();
  const shown = el("img", { alt: say("photo_sent") });
  const bubble = el("div", { class: "bubble picture" }, shown);
  shown.onload = () => { keepThumbnail(id, shown); if (atEnd()) toEnd(); };
  shown.onerror = () => { bubble.className = "bubble named"; fill(bubble, `📷 ${file.name || say("photo_sent")}`); };
  shown.src = URL.createObjectURL(file);
  addMine({ id, photo: true, unsent: true }, bubble);
  setState(id, say("photo_preparing"));
  tellSiblings({ id, photo: true });
  const blob = await shrunk(file);
  if (blob.size > LARGEST) {
    // Here only the server can open HEIC, and it takes no more either.
    const heic = blob === file && (/^image\/hei[cf]/.test(file.type) || /\.hei[cf]$/i.test(file.name));
    setState(id, say(heic ? "heic_too_large" : "photo_too_large"), { failed: true });
    return;
  }
  talk.outbox.set(id, { blob, base: talk.after });
  keepHistory();
  upload(id);
}

function upload(id) {
  const item = talk.outbox.get(id);
  if (!item || item.busy) return;
  item.busy = true;
  const bar = el("progress", { max: 100, value: 0, "aria-label": say("photo_uploading") });
  setState(id, say("photo_uploading"), { extra: bar });
  const request = new XMLHttpRequest();
  request.open("POST", `/chat/photo?id=${id}&language=${language}`);
  request.setRequestHeader("Authorization", `Bearer ${myToken()}`);
  request.setRequestHeader("Content-Type", item.blob.type || "application/octet-stream");
  request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total; };
  request.onload = () => { item.busy = false; uploaded(id, request); };
  request.onerror = request.ontimeout = () => { item.busy = false; uploadLater(id); };
  request.timeout = 120000;
  request.send(item.blob);
}

function uploaded(id, request) {
  if (request.status === 200) { acknowledged(id); return; }
  if (request.status >= 500 || request.status === 408) { uploadLater(id); return; }
  let words = say("failed");
  try { words = JSON.parse(request.responseText).text; } catch (error) { /* a proxy's own page: our word will do */ }
  talk.outbox.delete(id);
  setState(id, words, { failed: true });
}

function uploadLater(id) {
  const item = talk.outbox.get(id);
  item.tries = (item.tries || 0) + 1;
  const again = el("button", { type: "button", onclick: () => { clearTimeout(item.late); upload(id); } }, say("again"));
  setState(id, say("trying_again"), { failed: true, extra: again });
  item.late = setTimeout(() => upload(id), Math.min(30000, 1000 * 2 ** item.tries) * (0.5 + Math.random() / 2));
}

function takePictures(files) { for (const file of [...files].slice(0, 10)) sendPicture(file); }

function openCamera() {
  const phone = matchMedia("(pointer: coarse)").matches;
  byId(phone ? "camera-file" : "gallery-file").click();
}

// A place ---------------------------------------------------------------------------------------------------------

function sharePlace(event) {
  const button = event.currentTarget;
  const denied = () => { button.disabled = false; button.textContent = say("send_place"); sayTrouble(say("place_denied")); };
  if (!navigator.geolocation) { denied(); return; }
  button.disabled = true;
  button.textContent = say("place_asking");
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    button.textContent = say("send_place");
    button.disabled = false;
    send({ type: "place", latitude: coords.latitude, longitude: coords.longitude }, { label: `📍 ${say("place_sent")}` });
  }, denied, { timeout: 15000, maximumAge: 300000 });
}

// The box and its suggestions -------------------------------------------------------------------------------------

const ask = byId("ask");
const list = byId("suggestions");
const LONGEST = 10400; // The server answers up to 10,000 characters and says so itself beyond that.
const typing = { timer: 0, asked: null, lines: [], at: -1 };

function sayText(text) {
  const whole = text.trim();
  if (!whole) return;
  hideSuggestions();
  const cut = whole.slice(0, LONGEST);
  send({ type: "say", text: cut }, { label: cut });
  byId("hint").textContent = cut.length < whole.length ? say("too_long") : "";
}

function hideSuggestions() {
  clearTimeout(typing.timer);
  if (typing.asked) typing.asked.abort();
  typing.lines = [];
  typing.at = -1;
  list.hidden = true;
  fill(list);
  byId("told").textContent = "";
  ask.setAttribute("aria-expanded", "false");
  ask.removeAttribute("aria-activedescendant");
}

function typed() {
  clearTimeout(typing.timer);
  if (typing.asked) typing.asked.abort();
  byId("hint").textContent = "";
  if ([...ask.value.trim()].length < 2) { hideSuggestions(); return; }
  typing.timer = setTimeout(suggest, 120);
}

async function suggest() {
  typing.asked = new AbortController();
  const query = new URLSearchParams({ q: ask.value.trim(), language });
  try {
    const answer = await fetch(`/chat/suggest?${query}`, { signal: typing.asked.signal });
    if (!answer.ok) return;
    showSuggestions((await answer.json()).suggestions);
  } catch (error) { /* offline, or more was typed: the list is a help, not a need */ }
}

function showSuggestions(lines) {
  if (!lines.length || document.activeElement !== ask) { hideSuggestions(); return; }
  // Lines that come late must not take the choice back that was made among those before them.
  const chosen = typing.lines[typing.at];
  const still = chosen ? lines.findIndex((each) => each.title === chosen.title && each.action === chosen.action) : -1;
  typing.lines = lines;
  fill(list, ...lines.map((each, at) => {
    const what = el("div", { class: "what" }, each.title, each.subtitle ? el("span", {}, each.subtitle) : null);
    // Pressing a line must not take the focus from the box.
    return el("li", { id: `suggestion-${at}`, role: "option", class: `standing-${each.standing}`, "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => take(at) }, what, starsOf(each.stars));
  }));
  list.hidden = false;
  ask.setAttribute("aria-expanded", "true");
  mark(still);
  byId("told").textContent = count("suggestions_count", lines.length);
}

function mark(at) {
  const count = typing.lines.length;
  typing.at = (at + count + 1) % (count + 1) === count ? -1 : (at + count + 1) % (count + 1);
  [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === typing.at)));
  if (typing.at < 0) { ask.removeAttribute("aria-activedescendant"); return; }
  ask.setAttribute("aria-activedescendant", `suggestion-${typing.at}`);
  list.children[typing.at].scrollIntoView({ block: "nearest" });
}

function take(at) {
  const { title, action } = typing.lines[at];
  ask.value = "";
  hideSuggestions();
  if (action) tap(action, title);
  else sayText(title);
}

function pressed(event) {
  if (event.isComposing) return; // Telex and VNI keyboards are still making a letter.
  const open = typing.lines.length > 0;
  if (open && event.key === "ArrowDown") { event.preventDefault(); mark(typing.at < 0 ? 0 : typing.at + 1); }
  else if (open && event.key === "ArrowUp") { event.preventDefault(); mark(typing.at < 0 ? typing.lines.length - 1 : typing.at - 1); }
  else if (open && event.key === "Escape") { event.preventDefault(); hideSuggestions(); }
  else if (open && event.key === "Enter" && typing.at >= 0) { event.preventDefault(); take(typing.at); }
}

// What happens when -----------------------------------------------------------------------------------------------

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = ask.value;
  ask.value = "";
  sayText(text);
});
ask.addEventListener("input", typed);
ask.addEventListener("keydown", pressed);
ask.addEventListener("blur", hideSuggestions);
byId("camera").addEventListener("click", openCamera);
byId("gallery").addEventListener("click", () => byId("gallery-file").click());
for (const input of [byId("camera-file"), byId("gallery-file")]) {
  input.addEventListener("change", () => { takePictures(input.files); input.value = ""; });
}
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", (event) => { event.preventDefault(); sayText(say(button.dataset.ask)); });
}
for (const button of document.querySelectorAll("[data-photo]")) button.addEventListener("click", openCamera);

for (const button of LANGUAGES) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    speak(button.dataset.language);
    home.put("hoi-ocop.language", language);
    // The server remembers the language it was told last; a new conversation simply begins in this one.
    if (talk.entries.length) tap(`lang ${language}`, WORDS[language].own);
  });
}

byId("larger").addEventListener("click", (event) => { event.preventDefault(); chooseLarge(!isLarge()); });
byId("find").addEventListener("click", (event) => { event.preventDefault(); closeMenus(); ask.focus(); });
for (const button of document.querySelectorAll("[data-tap]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    closeMenus();
    if (button.dataset.tap === "photo") openCamera();
    else tap(button.dataset.tap, button.textContent);
  });
}

byId("newer").addEventListener("click", () => { toEnd(); ask.focus(); });
scroller.addEventListener("scroll", scrolled, { passive: true });

let dragging = 0;
const carriesFiles = (event) => [...(event.dataTransfer ? event.dataTransfer.types : [])].includes("Files");
addEventListener("dragenter", (event) => { if (carriesFiles(event)) { dragging += 1; byId("drop").hidden = false; } });
addEventListener("dragleave", (event) => { if (carriesFiles(event)) { dragging -= 1; byId("drop").hidden = dragging > 0; if (dragging > 0) byId("drop").hidden = false; } });
addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dragging = 0;
  byId("drop").hidden = true;
  takePictures(event.dataTransfer.files);
});
addEventListener("paste", (event) => {
  const files = [...(event.clipboardData ? event.clipboardData.files : [])];
  if (!files.length) return;
  event.preventDefault();
  takePictures(files);
});

addEventListener("online", () => { line.tries = 0; hangUp(); connect(); });
addEventListener("offline", showLine);
addEventListener("pageshow", (event) => { if (event.persisted) { line.tries = 0; connect(); } });
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  noticed();
  if (!line.socket) { line.tries = 0; connect(); }
});
if (siblings) siblings.addEventListener("message", (event) => {
  const { id, text, photo, forgotten } = event.data || {};
  if (forgotten) { location.reload(); return; }
  if (typeof id === "string" && !talk.nodes.has(id)) addMine({ id, text: String(text || ""), photo: Boolean(photo) });
});

byId("older").addEventListener("click", askOlder);
byId("forget").addEventListener("click", askToForget);
byId("forget-yes").addEventListener("click", forget);
byId("forget-no").addEventListener("click", keepAll);
byId("forgetting").addEventListener("keydown", (event) => { if (event.key === "Escape") keepAll(); });

const asked = new URLSearchParams(location.search);
document.body.classList.add("live"); // From here on the page's forms are ours; until then they go to the server.
speak(asked.get("lang") || home.get("hoi-ocop.language") || language);
recallLooks();
recallHistory();
connect();
setInterval(watch, 1000);
byId("wanted").hidden = true;
if (asked.get("p")) tap(`p ${asked.get("p")}`, say("open_page"));
if (asked.get("b")) tap(`b ${asked.get("b")}`, say("open_booth"));
askToJoin(asked.get("j"));
if (location.search && !asked.get("j")) history.replaceState(null, "", location.pathname);
if (matchMedia("(pointer: fine)").matches) ask.focus();
