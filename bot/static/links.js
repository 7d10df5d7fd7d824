/* Addresses, mail addresses and phone numbers inside a text, as links. No lookbehind: old Safari cannot read it. */
"use strict";

const PRESSABLE = new RegExp([
  "https?://[^\\s<>\"“”]+",
  "www\\.[^\\s<>\"“”/]+\\.[^\\s<>\"“”]+",
  "[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+",
  "(?:\\+84[ .-]?|0)(?:\\d[ .-]?){8,9}\\d(?!\\d)",
].join("|"), "gi");

/* *text* as parts: strings, and anchors whose address is exactly what they show. */
function linked(text) {
  const parts = [];
  let from = 0;
  for (let found = PRESSABLE.exec(text); found; found = PRESSABLE.exec(text)) {
    const label = withoutEnd(found[0]);
    const at = found.index;
    PRESSABLE.lastIndex = at + Math.max(1, label.length);
    const url = /[\w@/.+-]/.test(text.charAt(at - 1)) ? "" : addressIn(label);
    if (!url) continue;
    parts.push(text.slice(from, at), anchor(url, label));
    from = at + label.length;
  }
  PRESSABLE.lastIndex = 0;
  parts.push(text.slice(from));
  return parts;
}

/* Without the full stop or bracket that ends the sentence; our own addresses may end in - or _. */
function withoutEnd(found) {
  let label = found.replace(/[.,;:!?…'’*]+$/, "");
  while (/[)\]}]$/.test(label) && !/[([{]/.test(label)) label = label.slice(0, -1).replace(/[.,;:!?…]+$/, "");
  return label.trim();
}

function addressIn(label) {
  if (/^https?:/i.test(label)) return plainAddress(label) ? label : "";
  if (/^www\./i.test(label)) return plainAddress(`https://${label}`) ? `https://${label}` : "";
  if (label.includes("@")) return `mailto:${label}`;
  const digits = label.replace(/\D/g, "").replace(/^84/, "0");
  return /^0(?:[35789]\d{8}|2\d{9})$/.test(digits) ? `tel:+84${digits.slice(1)}` : "";
}

/* An address that names a user before the @ looks like another site's. */
function plainAddress(address) {
  try {
    const { hostname, username, password } = new URL(address);
    return hostname.length > 0 && !username && !password;
  } catch (error) { return false; }
}
