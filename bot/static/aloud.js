/* Reading an answer aloud, by the browser's own voice: nothing is sent anywhere for it. Where the browser has no voice for
   the language of an answer, nothing offers it: a foreign voice reads what nobody understands. */
"use strict";

const LONGEST_BREATH = 180; // Some voices fall silent in the middle of a long text.
const TO_READ = ".warning > span:last-child, .words, .titles h2, .titles h3, .subtitle, .stars, .verdict > span:last-child, .fact, .place, .note";
const SPEAKER = "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11";
const reading = { button: null, said: null };

function speech() { return "SpeechSynthesisUtterance" in window ? window.speechSynthesis : null; }

/* A voice for *wanted*; one of this machine rather than one that asks a server. */
function voiceFor(wanted) {
  const voices = speech() ? speech().getVoices() : [];
  const fit = voices.filter((voice) => voice.lang.slice(0, 2).toLowerCase() === wanted.slice(0, 2));
  return fit.find((voice) => voice.localService) || fit[0];
}

function drawAloud(answer) {
  const icon = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SPEAKER);
  icon.append(path);
  const button = el("button", { type: "button", class: "aloud" }, icon, el("span", { "data-say": "aloud" }, say("aloud")));
  button.hidden = !voiceFor(answer.lang);
  button.addEventListener("click", () => {
    const begins = reading.button !== button;
    stopReading();
    if (begins) readAloud(answer, button);
  });
  return button;
}

/* What *answer* says, in the order of its lines; of a card its name and its verdict first, then the rest. */
function linesOf(answer) {
  const lines = [];
  const firsts = new Set();
  for (const card of answer.querySelectorAll(".card")) {
    for (const node of card.querySelectorAll(".titles h2, .titles h3, .verdict > span:last-child")) firsts.add(node);
  }
  const cardOf = (node) => node.closest(".card");
  const nodes = Array.from(answer.querySelectorAll(TO_READ));
  for (const node of nodes) {
    if (firsts.has(node) && node.matches("h2, h3")) {
      lines.push(...nodes.filter((each) => firsts.has(each) && cardOf(each) === cardOf(node)).map(wordsOf));
    } else if (!firsts.has(node)) lines.push(wordsOf(node));
  }
  return lines.filter((line) => line && /[^\s.,;:!?…•·–—-]/.test(line));
}

function wordsOf(node) {
  if (node.matches(".stars")) return node.getAttribute("aria-label");
  const copy = node.cloneNode(true);
  for (const mark of copy.querySelectorAll("sup, .unseen, [aria-hidden]")) mark.remove();
  const label = copy.querySelector("dt");
  if (label) return `${label.textContent}: ${copy.querySelector("dd").textContent}`.trim();
  return copy.textContent.trim();
}

/* *line* in pieces of one breath each, cut at the ends of sentences, else between words. */
function breathsOf(line) {
  const breaths = [];
  for (const sentence of line.split(/\n+|[.!?;](?=\s|$)|[。！？；]/u)) {
    let breath = "";
    for (const word of sentence.trim().split(/\s+/)) {
      if (breath && breath.length + word.length >= LONGEST_BREATH) { breaths.push(breath); breath = ""; }
      breath = breath ? `${breath} ${word}` : word;
    }
    if (breath) breaths.push(breath);
  }
  return breaths;
}

function readAloud(answer, button) {
  const breaths = [].concat(...linesOf(answer).map(breathsOf));
  const voice = voiceFor(answer.lang);
  reading.button = button;
  nameReading(button, "aloud_stop");
  const next = () => {
    if (reading.button !== button) return;
    if (!breaths.length || !answer.isConnected) { stopReading(); return; }
    const said = new SpeechSynthesisUtterance(breaths.shift());
    reading.said = said; // Some browsers forget the end of what nobody holds.
    said.voice = voice;
    said.lang = voice.lang;
    said.rate = 0.95;
    said.onend = next;
    said.onerror = () => { if (reading.said === said) stopReading(); };
    speech().speak(said);
  };
  next();
}

function stopReading() {
  const { button } = reading;
  if (!button) return;
  reading.button = reading.said = null;
  speech().cancel();
  nameReading(button, "aloud");
}

function nameReading(button, key) {
  const words = button.querySelector("[data-say]");
  words.dataset.say = key;
  words.textContent = say(key);
}

// Voices come some time after the page.
if (speech() && speech().addEventListener) speech().addEventListener("voiceschanged", () => {
  for (const button of document.querySelectorAll(".aloud")) button.hidden = !voiceFor(button.closest(".answer").lang);
});
addEventListener("pagehide", stopReading);
