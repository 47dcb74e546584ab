"""Everything of the demonstration that an editor would write: glossary, home and plain pages, modules, outline."""

import uuid
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale, Page, Site

from home.models import HomePage, PlainPage
from library.models import SharedText, Term
from operations.demo import LANGUAGES, read
from operations.demo.modules import load_modules
from operations.demo.outline import load_outline
from operations.demo.partners import partner_blocks
from operations.demo.tree import fixed_id, translated


def load_pages() -> None:
    """Make everything that an editor would write."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
    _load_terms(locales)
    _load_shared_texts(locales)
    home = _load_home()
    load_modules(home)
    load_outline(home)


def _load_terms(locales: dict[str, Locale]) -> None:
    for entry in read("glossary.yaml")["terms"]:
        key = uuid.UUID(fixed_id("term", entry["slug"]))
        Term.objects.bulk_create(
            Term(
                slug=entry["slug"],
                locale=locales[code],
                translation_key=key,
                name=entry[code]["term"],
                definition=entry[code]["definition"],
                expert=entry.get("expert", ""),
                needs_review=entry.get("verify", False),
                live=not entry.get("verify", False),
            )
            for code in LANGUAGES
        )


def _load_shared_texts(locales: dict[str, Locale]) -> None:
    for entry in read("shared.yaml")["texts"]:
        key = uuid.UUID(fixed_id("shared", entry["slug"]))
        SharedText.objects.bulk_create(
            SharedText(
                slug=entry["slug"],
                tone=entry["tone"],
                locale=locales[code],
                translation_key=key,
                title=entry[code]["title"],
                text=entry[code]["text"],
            )
            for code in LANGUAGES
        )


def _load_home() -> Page:
    """Make the home page and the plain pages below it; returns the English home page."""
    texts = read("home.yaml")
    partners = partner_blocks()
    root = Page.get_first_root_node()
    welcome = root.get_children().first()
    homes = translated(
        root,
        lambda code: HomePage(
            title=texts["title"][code],
            slug=f"home-{code}",
            promise=texts["promise"][code],
            introduction=texts["introduction"][code],
            partners=partners(code),
        ),
    )
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": homes["en"], "site_name": "Migration Health Academy"},
    )
    if welcome is not None and welcome.content_type == ContentType.objects.get_for_model(Page):
        welcome.delete()
    home = HomePage.objects.get(pk=homes["en"].pk)
    for plain in texts["pages"]:
        translated(home, partial(_plain_page, plain))
    return home


def _plain_page(words: dict[str, Any], code: str) -> PlainPage:
    return PlainPage(title=words["title"][code], slug=words["slug"], text=words["text"][code], show_in_menus=True)
