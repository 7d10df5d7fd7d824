"use strict";
// A booth's page. What is pressed is kept in this browser until the server has it, however poor the network is.
(function () {
  var box = document.getElementById("booth");
  var QUEUE = "hoi-ocop.booths", TOKEN = "hoi-ocop.token";
  var memory = {};
  var sending = false;

  function get(name) {
    try { return localStorage.getItem(name); } catch (_) { return memory[name] || null; }
  }
  function put(name, value) {
    memory[name] = value;
    try { localStorage.setItem(name, value); } catch (_) { /* a private window: it lives as long as the page */ }
  }
  function random() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, function (each) { return (each + 256).toString(16).slice(1); }).join("");
  }
  function token() {
    var known = get(TOKEN);
    if (!/^[0-9a-f]{32}$/.test(known || "")) { known = random(); put(TOKEN, known); }
    return known;
  }
  function queue() {
    try { var kept = JSON.parse(get(QUEUE) || "[]"); return Array.isArray(kept) ? kept : []; } catch (_) { return []; }
  }
  function tell(words) {
    var told = document.getElementById("told");
    if (!words) return;
    told.textContent = words;
    told.hidden = false;
  }
  function add(kind) {
    var press = { booth: box.dataset.token, kind: kind, ref: random(), at: Date.now() / 1000, name: document.getElementById("name").value };
    put(QUEUE, JSON.stringify(queue().concat([press]).slice(-50)));
    flush();
  }
  function settle(press, words) {
    put(QUEUE, JSON.stringify(queue().filter(function (each) { return each.ref !== press.ref; })));
    if (press.kind !== "visit" && press.booth === box.dataset.token) tell(words);
  }
  function flush() {
    var press = queue()[0];
    if (!press || sending) return;
    sending = true;
    var body = JSON.stringify({ token: token(), kind: press.kind, ref: press.ref, at: press.at, name: press.name, language: document.documentElement.lang });
    fetch("/b/" + press.booth, { method: "POST", headers: { "Content-Type": "application/json" }, body: body }).then(function (response) {
      sending = false;
      if (response.ok) settle(press, press.kind === "remind" ? box.dataset.remind : box.dataset.sent);
      else if (response.status < 500 && response.status !== 429) settle(press, box.dataset.gone);
      else throw new Error(String(response.status));
      flush();
    }).catch(function () {
      sending = false;
      if (press.kind !== "visit") tell(box.dataset.waiting);
    });
  }
  if (!box) return;
  box.hidden = false;
  Array.prototype.forEach.call(box.querySelectorAll("button"), function (button) {
    button.addEventListener("click", function () { add(button.dataset.kind); });
  });
  addEventListener("online", flush);
  setInterval(flush, 15000);
  add("visit");
})();
