/* What this browser keeps of the conversation, and how it forgets; what came while nobody looked; a host around us.

   The conversation is in the browser's own storage, so that it survives a closed tab. Photos are kept as thumbnails
   of a few kilobytes, the newest ones only. */
"use strict";

const HISTORY = 80;
const THUMBNAILS = 24;
const THUMBNAIL_SIDE = 200;

// Keeping ---------------------------------------------------------------------------------------------------------

function keepHistory() {
  talk.entries = talk.entries.slice(-HISTORY);
  const unsent = [...talk.outbox.values()].filter((item) => item.frame).map(({ frame, base }) => ({ frame, base }));
  const kept = { entries: fewThumbnails(talk.entries), after: talk.after, unsent, pending: [...talk.pending] };
  for (const entries of [kept.entries, withoutThumbnails(kept.entries), withoutThumbnails(kept.entries.slice(-20))]) {
    if (home.put("hoi-ocop.history", JSON.stringify(Object.assign({}, kept, { entries })))) break;
  }
  const seen = Number(home.get("hoi-ocop.seen")) || 0;
  if (missingFrom() > seen) home.put("hoi-ocop.seen", String(missingFrom()));
}

function fewThumbnails(entries) {
  const old = new Set(entries.filter((entry) => entry.thumb).slice(0, -THUMBNAILS));
  return entries.map((entry) => (old.has(entry) ? Object.assign({}, entry, { thumb: undefined }) : entry));
}

function withoutThumbnails(entries) { return entries.map((entry) => Object.assign({}, entry, { thumb: undefined })); }

function isThumbnail(url) { return /^data:image\/jpeg;base64,/.test(url || ""); }

function keepThumbnail(id, image) {
  const entry = talk.entries.find((each) => each.id === id);
  if (!entry || !image.naturalWidth) return;
  const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = el("canvas");
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  entry.thumb = canvas.toDataURL("image/jpeg", 0.7);
  keepHistory();
}

function recallHistory() {
  talk.after = Number(home.get("hoi-ocop.seen")) || 0;
  let kept = null;
  try { kept = JSON.parse(home.get("hoi-ocop.history")); } catch (error) { /* what nobody can read is forgotten */ }
  if (!kept) return;
  byId("log").setAttribute("aria-live", "off");
  talk.after = kept.after;
  const unsent = new Set(kept.unsent.map((item) => item.frame.id));
  for (const entry of kept.entries) recallEntry(entry);
  talk.entries = kept.entries;
  for (const item of kept.unsent) talk.outbox.set(item.frame.id, item);
  for (const [id, item] of kept.pending) if (!unsent.has(id)) talk.pending.set(id, { since: Date.now(), base: item.base });
  byId("log").setAttribute("aria-live", "polite");
  showTyping();
  showForget();
  toEnd();
}

function recallEntry(entry) {
  if (!entry.mine) { placeAnswer(entry); return; }
  placeMine(entry);
  if (entry.photo && entry.unsent) setState(entry.id, say("photo_lost"), { failed: true });
}

// Forgetting ------------------------------------------------------------------------------------------------------

function showForget() { byId("forget").hidden = talk.entries.length === 0; }

function askToForget() {
  closeMenus();
  byId("forgetting").hidden = false;
  byId("forget-no").focus();
}

function keepAll() {
  byId("forgetting").hidden = true;
  byId("menu").querySelector("summary").focus();
}

/* Nothing of the conversation, and nothing that says who had it, stays in this browser; also not for the plain page. */
function dropAll() {
  for (const name of ["history", "seen", "token"]) home.drop(`hoi-ocop.${name}`);
  tellSiblings({ forgotten: true });
  return fetch("/chat", { method: "POST", body: new URLSearchParams({ forget: "1" }), redirect: "manual" }).catch(() => null);
}

function forget() { dropAll().then(() => location.reload()); }

/* The server has erased everything: so do we, and go on as somebody new. */
function erased(reply) {
  dropAll();
  for (const part of [talk.nodes, talk.drawn, talk.outbox, talk.pending, talk.turning, talk.labels]) part.clear();
  talk.entries = [];
  talk.after = 0;
  fill(byId("log"));
  byId("older").hidden = true;
  byId("log").append(drawReply(reply, { tap, turn: tap }));
  showForget();
  showTyping();
  line.tries = 0;
  hangUp();
  connect();
}

// What came while nobody looked -----------------------------------------------------------------------------------

let looking = true; // A page that embeds us says when our frame is closed.

function unseen() { return document.hidden || !looking; }

function countNews() {
  if (!unseen()) return;
  talk.news += 1;
  showNews();
}

function showNews() {
  document.title = talk.news ? `(${talk.news}) ${say("name")}` : say("name");
  const icon = byId("icon");
  const wanted = talk.news ? icon.dataset.fresh : icon.dataset.calm;
  if (icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
  tellHost("news", talk.news);
}

function noticed() {
  talk.news = 0;
  showNews();
}

/* A line above what was not asked for in this tab: an answer that came later, or a notice. */
function beginNews() {
  if (document.querySelector(".fresh-from") || !byId("log").childElementCount) return;
  byId("log").append(el("p", { class: "fresh-from", role: "separator" }, say("new_here")));
}

function endNews() {
  const line_ = document.querySelector(".fresh-from");
  if (line_) line_.remove();
}

// An invitation is never taken up without asking ------------------------------------------------------------------

function askToJoin(code) {
  const invited = byId("invited");
  invited.hidden = !code;
  if (!code) return;
  byId("log").after(invited);
  toEnd();
  const done = () => {
    byId("invited").hidden = true;
    history.replaceState(null, "", location.pathname);
  };
  byId("join-no").addEventListener("click", (event) => { event.preventDefault(); done(); });
  byId("invited").addEventListener("submit", (event) => {
    event.preventDefault();
    done();
    tap(`join ${code}`, say("join_yes"));
  });
}

// The page around us, where another site shows us in a frame -------------------------------------------------------

function tellHost(what, count = 0) {
  if (window.parent !== window) window.parent.postMessage({ from: "hoi-ocop", what, count }, "*");
}

addEventListener("message", (event) => {
  if (event.source !== window.parent || !event.data || event.data.to !== "hoi-ocop") return;
  looking = event.data.shown !== false;
  if (looking) noticed();
});

/* In a frame that may not be anybody, we can talk to nobody: say so, with a way out. */
function showAlone() {
  byId("offline").hidden = true;
  sayTrouble(say("framed"));
  byId("log").append(el("p", { class: "choices" }, el("a", { class: "choice main", href: `/?lang=${language}`, target: "_blank", rel: "noopener" }, say("open_chat"))));
}
