"""Deleting pages in the CMS: one at a time, with everything below them, or a bulk selection."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from core import guards


@hooks.register("before_delete_page")
def refuse_deletion_of_page_in_use(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Send the editor back to the list with the reason."""
    return _refusal(request, [page], back=redirect("wagtailadmin_explore", page.get_parent().pk))


@hooks.register("before_bulk_action")
def refuse_bulk_deletion_of_pages_in_use(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Refuse the whole selection: half of it gone would be a surprise."""
    if action_type != "delete" or not issubclass(action.model, Page):
        return None
    return _refusal(request, objects, back=redirect(action.next_url))


def _refusal(request: HttpRequest, pages: Iterable[Page], back: HttpResponse) -> HttpResponse | None:
    found = guards.objections(_keys(pages))
    for sentence in found:
        messages.error(request, sentence)
    return back if found else None


def _keys(pages: Iterable[Page]) -> frozenset[Any]:
    """The translation keys of the pages and of all pages below them. A translation has the key of its source."""
    return frozenset(
        key for page in pages for key in page.get_descendants(inclusive=True).values_list("translation_key", flat=True)
    )
