"""Nothing goes live untranslated or before its expert approves it, by whichever button; what is saved is noted."""

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
    awaiting,
    awaits_expert,
    kept_as_draft,
    note_published,
    objection,
    refusal,
    untranslated_segments,
)

# Before wagtail-localize, which answers by itself.
FIRST = -10


def _refuse(request: HttpRequest, sentence: str, *, draft: bool = True) -> None:
    messages.error(request, f"{sentence} {kept_as_draft()}" if draft else sentence)


@hooks.register("before_publish_page")
@hooks.register("before_publish")
def refuse_to_publish(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """A page or snippet that an editor writes by hand."""
    sentence = objection(instance=instance)
    if not sentence:
        return None
    _refuse(request, sentence)
    return redirect(address_of(instance))


@hooks.register("before_bulk_action")
def refuse_selection(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:
    """A selection of pages, or whatever lies below them: all or none, so that nobody has to look for what went."""
    if action_type != "publish" or not issubclass(action.model, Page):
        return None
    below = bool(action.cleaned_form.cleaned_data.get("include_descendants"))
    found = [sentence for page in _newest(objects, below=below) if (sentence := objection(instance=page))]
    for sentence in found:
        _refuse(request, sentence, draft=False)
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
def refuse_in_editors(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """The editor of wagtail-localize, which publishes by itself, and the approval of a workflow."""
    if request.method != "POST":
        return None
    if request.POST.get("action-workflow-action") and request.POST.get("workflow-action-name") == "approve":
        return refuse_to_publish(request, instance.get_latest_revision_as_object())
    synced = Translation.objects.filter(
        source__object_id=getattr(instance, "translation_key", None),
        target_locale=getattr(instance, "locale_id", None),
        enabled=True,
    ).first()
    if synced is None or request.POST.get("action") != "publish":
        return None
    sentence = _objection_to_synced(synced, instance)
    if not sentence:
        return None
    _refuse(request, sentence)
    return redirect(address_of(instance))


def _objection_to_synced(translation: Translation, target: Any) -> str:
    if awaits_expert(instance=target):
        return awaiting(title=str(target))
    missing = untranslated_segments(translation=translation)
    return refusal(title=str(target), missing=missing) if missing else ""


def update_translations(request: HttpRequest, translation_source_id: int) -> HttpResponseBase:
    """Sync translations with their source; what lacks words is not published by the way."""
    source = get_object_or_404(TranslationSource, pk=translation_source_id)
    if request.method == "POST" and request.POST.get("publish_translations"):
        source.update_from_db()
        synced = source.translations.filter(enabled=True).select_related("target_locale")
        found = [sentence for each in synced if (sentence := _objection_to_synced(each, each.get_target_instance()))]
        if found:
            for sentence in found:
                _refuse(request, sentence, draft=False)
            return redirect(request.get_full_path())
    return UpdateTranslationsView.as_view()(request, translation_source_id=translation_source_id)


@hooks.register("register_admin_urls", order=FIRST)
def register_update() -> list[Any]:
    """The address is that of wagtail-localize, and ours comes first."""
    return [path("localize/update/<int:translation_source_id>/", update_translations)]


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def note_snippet(request: HttpRequest, instance: Any) -> None:
    """What was never published is kept as it was saved last."""
    note_published(instance=instance)
