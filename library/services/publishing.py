"""What may not go live yet: a translation that lacks words, and what an expert has not approved."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, WorkflowState
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from core.catalogues import judging
from library.keeping import lacking
from library.models import Checked
from library.services.pieces import languages
from library.services.texts import stored_values, texts_of
from library.translatables import Label, kind_of

# So many texts are named in a sentence; of the others it says how many there are.
_NAMED = 5


def untranslated(*, instance: Any) -> list[str]:
    """Return what the texts are called that a page or snippet lacks; none for one that is no translation.

    `instance` is as it would go live, saved or not.
    """
    page = instance.specific if isinstance(instance, Page) else instance
    if kind_of(page) is None:
        return []
    language = page.locale.language_code
    rows = {row.locale.language_code: row for row in _in_all_languages(page)}
    source = next((rows[code] for code in languages() if code in rows), page)
    if source.locale_id == page.locale_id:
        return []
    return list(dict.fromkeys([*_left_by(source, page, language), *_left_in_synced(page)]))


def _in_all_languages(page: Any) -> Iterable[Any]:
    return type(page).objects.filter(translation_key=page.translation_key).select_related("locale")


def _left_by(source: Any, page: Any, language: str) -> list[str]:
    of_source = {place: (labels, text) for place, labels, text in texts_of(type(source), stored_values(source))}
    words = {place: text for place, _labels, text in texts_of(type(page), stored_values(page))}
    texts = {place: text for place, (_labels, text) in of_source.items()}
    found = lacking(texts, words, language, judging.reviewed(judging.REVIEWED_CONTENT))
    return [_called(of_source[place][0], texts[place]) for place in found]


def _left_in_synced(page: Any) -> list[str]:
    """The same for a page that wagtail-localize keeps: it would put the words of the source where none are."""
    synced = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True
    ).first()
    return untranslated_segments(translation=synced) if synced is not None else []


def untranslated_segments(*, translation: Translation) -> list[str]:
    """Return what the texts are called that nobody has translated yet in the editor of wagtail-localize."""
    said = StringTranslation.objects.filter(
        translation_of=OuterRef("string"), context=OuterRef("context"), locale=translation.target_locale
    ).exclude(has_error=True)
    left = StringSegment.objects.filter(~Exists(said), source=translation.source).exclude(context__path="slug")
    return [_shortened(segment.string.data) for segment in left.select_related("string").order_by("order")]


def _called(labels: list[Label], text: str) -> str:
    """A short text says best itself which it is."""
    return _shortened(judging.without_tags(text)) or ": ".join(str(label) for label in labels)


def _shortened(text: str, longest: int = 40) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip()}…"


def refusal(*, title: str, missing: list[str]) -> str:
    """Return the sentence that lists what is missing."""
    named = "; ".join(f"“{text}”" for text in missing[:_NAMED])
    more = len(missing) - _NAMED
    if more > 0:
        rest = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
        named = f"{named} {rest}"
    sentence = ngettext(
        "“%(title)s” was not published: %(count)s text is not translated: %(texts)s.",
        "“%(title)s” was not published: %(count)s texts are not translated: %(texts)s.",
        len(missing),
    )
    return sentence % {"title": title, "count": len(missing), "texts": named}


def awaits_expert(*, instance: Any) -> bool:
    """Whether an expert has to review a page or snippet before it goes live. `instance` is as it would go live.

    The mark says so, on what would go live or on what is kept; so does a review that goes on.
    """
    found = instance.specific if isinstance(instance, Page) else instance
    if not isinstance(found, Checked):
        return False
    model: Any = type(found)
    kept = model.objects.filter(pk=found.pk, needs_review=True)
    return found.needs_review or kept.exists() or _is_in_review(found)


def _is_in_review(instance: Any) -> bool:
    active = WorkflowState.objects.active().for_instance(instance)
    return active.filter(current_task_state__task__expertreviewtask__isnull=False).exists()


def awaiting(*, title: str) -> str:
    """Return the sentence that refuses to publish what an expert has not approved."""
    sentence = _("“%(title)s” was not published: a lawyer or a doctor has to approve it first. Submit it for review.")
    return sentence % {"title": title}


def objection(*, instance: Any) -> str:
    """Return the sentence that says why a page or snippet may not go live as it is; empty when it may."""
    title = str(instance)
    if awaits_expert(instance=instance):
        return awaiting(title=title)
    missing = untranslated(instance=instance)
    return refusal(title=title, missing=missing) if missing else ""


def kept_as_draft() -> str:
    """Return what is said beside a refusal."""
    return _("What you wrote is kept as a draft.")
