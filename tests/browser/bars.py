"""What every page keeps to, whoever opens it: axe finds nothing serious, it fits, its targets are large enough."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.browser.conftest import measure_targets

_AXE = Axe()
_GRAVE = {"serious", "critical"}
_TARGET = 24.0
"""Pixels that a target measures in both directions (WCAG 2.2, 2.5.8); what stands in a sentence is left out there."""
_MARK_TARGETS = """() => {
  const targets = "a[href], button, summary, select, textarea, input:not([type=hidden])";
  for (const node of document.querySelectorAll(targets)) {
    const style = getComputedStyle(node);
    const away = style.clipPath !== "none" || style.visibility === "hidden" || node.closest("[hidden]");
    if (style.display !== "inline" && !away) node.dataset.target = "";
  }
}"""
_FRAME = """() => ({
  lang: document.documentElement.lang,
  title: document.title.trim() !== "",
  heads: [...document.querySelectorAll("h1")].filter((node) => node.getClientRects().length).length,
  beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""


async def find_faults(page: Page) -> list[str]:
    """What the page that is shown does not keep to, in words; nothing is the aim."""
    frame = await page.evaluate(_FRAME)
    faults = [] if frame["lang"] in {"vi", "en"} else [f"its language is {frame['lang']!r}"]
    faults += [] if frame["title"] else ["it has no title"]
    faults += [] if frame["heads"] == 1 else [f"it has {frame['heads']} first headings"]
    faults += [] if frame["beyond"] <= 0 else [f"it is {frame['beyond']} px too wide"]
    await page.evaluate(_MARK_TARGETS)
    sizes = await measure_targets(page, "[data-target]")
    faults += [f"only {side} px: {name}" for name, side in sizes.items() if side < _TARGET]
    found = await _AXE.run(page, options={"resultTypes": ["violations"]})
    for each in found.response["violations"]:
        if each["impact"] in _GRAVE:
            faults += [f"{each['id']} ({each['impact']}): {node['html'][:160]}" for node in each["nodes"]]
    return faults
