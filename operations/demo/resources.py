"""The resources library of the demonstration, and the modules that work with it."""

import io
import uuid
from collections import defaultdict
from datetime import datetime
from typing import Any

import xlsxwriter
from wagtail.documents.models import Document
from wagtail.models import Locale

from courses.models import Module
from courses.services import set_resources
from library.models import Resource
from operations.demo import LANGUAGES, read
from operations.demo.media import add_document

# Keys follow from the names in the addresses, so that they are the same at every load.
_NAMESPACE = uuid.UUID("3d1c6a52-0f0b-5b7e-8d0e-6a4f9b0c2e31")
_FACTS = ("kind", "published_on", "document_language", "address", "agency_kinds", "aspects", "sdgs")
_WORDS = ("title", "summary", "body", "publisher")


def load_resources() -> None:
    """Make the resources and say which modules work with them. Modules must be there."""
    locales = {locale.language_code: locale for locale in Locale.objects.filter(language_code__in=LANGUAGES)}
    keys_by_module: dict[str, list[uuid.UUID]] = defaultdict(list)
    for entry in read("resources.yaml")["resources"]:
        key = uuid.uuid5(_NAMESPACE, entry["slug"])
        for language in LANGUAGES:
            _make(entry, language, locales[language], key)
        for code in entry["modules"]:
            keys_by_module[code].append(key)
    for module in Module.objects.filter(code__in=keys_by_module):
        set_resources(module=module, keys=keys_by_module[module.code])


def _make(entry: dict[str, Any], language: str, locale: Locale, key: uuid.UUID) -> None:
    facts = {name: entry[name] for name in _FACTS}
    if "form" in entry:
        facts["document_language"] = language
    resource = Resource(
        slug=entry["slug"],
        locale=locale,
        translation_key=key,
        state=entry.get("state", ""),
        expert=entry.get("expert", ""),
        needs_review=entry.get("needs_review", False),
        document=_form(entry, language),
        live=False,
        **facts,
        **{name: entry[name][language] for name in _WORDS},
    )
    resource.save()
    revision = resource.save_revision()
    if not resource.needs_review:
        revision.publish()


def _form(entry: dict[str, Any], language: str) -> Document | None:
    """The form that belongs to a resource, as a spreadsheet with a heading per column, or None."""
    if "form" not in entry:
        return None
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as workbook:
        workbook.set_properties({"created": datetime(2026, 1, 1), "title": entry["title"][language]})  # noqa: DTZ001
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, entry["form"][language], workbook.add_format({"bold": True, "text_wrap": True}))
        sheet.set_column(0, len(entry["form"][language]) - 1, 26)
    return add_document(entry["title"][language], f"{entry['slug']}-{language}.xlsx", data.getvalue())
