/* The head of the page: larger type, and the menus that open there. */
"use strict";

// Larger type -----------------------------------------------------------------------------------------------------

/* The cookie lets the server draw every page so from its first byte; where none is kept (a frame on another site), the
   browser's own storage has it for this page. It says nothing about anybody. */
const LOOKS = "hoi-ocop-looks";
const KEPT = 15552000;

function isLarge() { return document.documentElement.classList.contains("large"); }

function wearLarge(large) {
  document.documentElement.classList.toggle("large", large);
  byId("larger").setAttribute("aria-pressed", String(large));
}

function chooseLarge(large) {
  const stood = atEnd();
  wearLarge(large);
  if (stood) toEnd();
  home.put("hoi-ocop.looks", large ? "large" : "usual");
  const kept = large ? `large; max-age=${KEPT}` : "; max-age=0";
  document.cookie = `${LOOKS}=${kept}; path=/; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

function recallLooks() {
  const chosen = home.get("hoi-ocop.looks");
  if (chosen) wearLarge(chosen === "large");
}

// Menus -----------------------------------------------------------------------------------------------------------

function closeMenus(but = null) {
  for (const menu of document.querySelectorAll(".dropdown[open]")) if (menu !== but) menu.open = false;
}

addEventListener("click", (event) => closeMenus(event.target.closest(".dropdown")));
addEventListener("focusin", (event) => closeMenus(event.target.closest(".dropdown")));
addEventListener("keydown", (event) => {
  const open = document.querySelector(".dropdown[open]");
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
