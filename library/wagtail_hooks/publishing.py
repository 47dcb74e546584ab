"""Nothing goes live untranslated, by whichever button; and what is saved is noted."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.views.update_translations import UpdateTranslationsView

from library.services import (
    address_of,
    kept_as_draft,
    note_published,
    refusal,
    untranslated,
    untranslated_segments,
)

# Before wagtail-localize, which answers by itself.
FIRST = -10


def _refuse(request: HttpRequest, instance: Any, missing: list[str], *, draft: bool = True) -> None:
    sentence = refusal(title=str(instance), missing=missing)
    messages.error(request, f"{sentence} {kept_as_draft()}" if draft else sentence)


@hooks.register("before_publish_page")
@hooks.register("before_publish")
def refuse_untranslated(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """A page or snippet that an editor writes by hand."""
    missing = untranslated(instance=instance)
    if not missing:
        return None
    _refuse(request, instance, missing)
    return redirect(address_of(instance))


@hooks.register("before_bulk_action")
def refuse_untranslated_selection(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """A selection of pages, or whatever lies below them: all or none, so that nobody has to look for what went."""
    if action_type != "publish" or not issubclass(action.model, Page):
        return None
    below = bool(action.cleaned_form.cleaned_data.get("include_descendants"))
    found = [(page, missing) for page in _newest(objects, below=below) if (missing := untranslated(instance=page))]
    for page, missing in found:
        _refuse(request, page, missing, draft=False)
    return redirect(action.next_url) if found else None


def _newest(pages: Iterable[Page], *, below: bool) -> Iterable[Any]:
    """Pages as they would go live."""
    for page in pages:
        yield page.get_latest_revision_as_object()
        if below:
            for descendant in page.get_descendants().not_live():
                yield descendant.get_latest_revision_as_object()


@hooks.register("before_edit_page", order=FIRST)
@hooks.register("before_edit_snippet", order=FIRST)
def refuse_untranslated_segments(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """The editor of wagtail-localize, which publishes by itself, and the approval of a workflow."""
    if request.method != "POST":
        return None
    if request.POST.get("action-workflow-action") and request.POST.get("workflow-action-name") == "approve":
        return refuse_untranslated(request, instance.get_latest_revision_as_object())
    synced = Translation.objects.filter(
        source__object_id=getattr(instance, "translation_key", None),
        target_locale=getattr(instance, "locale_id", None),
        enabled=True,
    ).first()
    if synced is None or request.POST.get("action") != "publish":
        return None
    missing = untranslated_segments(translation=synced)
    if not missing:
        return None
    _refuse(request, instance, missing)
    return redirect(address_of(instance))


def update_translations(request: HttpRequest, translation_source_id: int) -> HttpResponseBase:
    """Sync translations with their source; what lacks words is not published by the way."""
    source = get_object_or_404(TranslationSource, pk=translation_source_id)
    if request.method == "POST" and request.POST.get("publish_translations"):
        source.update_from_db()
        synced = source.translations.filter(enabled=True).select_related("target_locale")
        found = [(each, missing) for each in synced if (missing := untranslated_segments(translation=each))]
        if found:
            for each, missing in found:
                _refuse(request, each.get_target_instance(), missing, draft=False)
            return redirect(request.get_full_path())
    return UpdateTranslationsView.as_view()(request, translation_source_id=translation_source_id)


@hooks.register("register_admin_urls", order=FIRST)
def register_update() -> list[Any]:
    """The address is that of wagtail-localize, and ours comes first."""
    return [path("localize/update/<int:translation_source_id>/", update_translations)]


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def note_snippet(request: HttpRequest, instance: Any) -> None:
    """A glossary term is live as soon as it is saved."""
    note_published(instance=instance)
