"""Style sheets that a page should have named: some of what it shows is styled in them only."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

from core.management.commands.build_css import parts_of_sheets

FOLDER = Path(settings.BASE_DIR) / "static" / "css"
# A browser knows best what a selector finds; whatever stands before or after an element is found with the element.
FOUND = r"""(sheets) => {
    const selectors = (rules) => [...rules].flatMap((rule) => [
        ...(rule.selectorText ? [rule.selectorText.replace(/::[\w-]+/g, "")] : []),
        ...(rule.cssRules ? selectors(rule.cssRules) : []),
    ]);
    return sheets.map(([name, text]) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        return [name, selectors(sheet.cssRules).find((each) => document.querySelector(each))];
    }).filter(([name, found]) => found);
}"""
NAMED = """() => [...document.querySelectorAll("link[rel=stylesheet]")].map((each) => each.getAttribute("href"))"""


def sheets_missing(page: Page) -> list[str]:
    """Say which style sheets of ours the page does not ask for although some of their rules are about what it shows."""
    named = page.evaluate(NAMED)
    others = [name for name in parts_of_sheets(FOLDER) if not any(each.endswith(f"/css/{name}") for each in named)]
    sheets = [[name, (FOLDER / name).read_text(encoding="utf-8")] for name in others]
    return [f"{name} is not asked for, but styles {found}" for name, found in page.evaluate(FOUND, sheets)]
