"""Pages and snippets as pieces of content: read in all languages, given to a translator, taken back as a draft."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.admin.utils import quote
from django.urls import reverse
from wagtail.models import DraftStateMixin, Locale, Page, Revision, TranslatableMixin
from wagtail_localize.fields import copy_synchronised_fields
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.segments.ingest import ingest_segments
from wagtail_localize.strings import StringValue

from core.catalogues import judging
from library.keeping import lacking
from library.models import Checked
from library.services.texts import UNREAD, stored_values, texts_of
from library.translatables import Due, Kind, Label, Piece, Unit, Version


def kind_of_pages(name: str, label: Label, model: type[TranslatableMixin]) -> Kind:
    """Return the kind of everything that is a page, or a snippet, of a model."""
    return Kind(
        name,
        label,
        partial(_pieces, name, model),
        partial(_units, model),
        partial(_write, model),
        model=model,
        drafts=issubclass(model, DraftStateMixin),
        due=partial(_due, name, model) if issubclass(model, Checked) else None,
        renew=partial(_renew, model) if issubclass(model, Checked) else None,
    )


def languages() -> list[str]:
    """Return the languages of the Academy, the first one first."""
    return [code for code, _name in settings.LANGUAGES]


# --- Read -----------------------------------------------------------------------------------------------------------
def _pieces(name: str, model: type[Any], keys: Collection[str] | None) -> list[Piece]:
    """All things of a model, each with its languages; two queries, however many there are."""
    rows = model.objects.select_related("locale")
    if keys is not None:
        rows = rows.filter(translation_key__in=filter(None, map(_key, keys)))
    if issubclass(model, Page):
        rows = rows.filter(alias_of__isnull=True)
    grouped: dict[Any, dict[str, Any]] = defaultdict(dict)
    for row in rows.order_by("pk"):
        grouped[row.translation_key][row.locale.language_code] = row
    drafts = _drafts(row for of_key in grouped.values() for row in of_key.values())
    return [_piece(name, model, str(key), of_key, drafts) for key, of_key in grouped.items()]


def _key(text: str) -> UUID | None:
    """A key as an address or a file names it; None for what cannot be one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _drafts(rows: Iterable[Any]) -> dict[int, dict[str, Any]]:
    """What was written on pages that were never published: their rows are as old as their first draft."""
    wanted = [row.latest_revision_id for row in rows if isinstance(row, DraftStateMixin) and not row.live]
    return dict(Revision.objects.filter(pk__in=[pk for pk in wanted if pk]).values_list("pk", "content"))


def _piece(name: str, model: type[Any], key: str, rows: dict[str, Any], drafts: dict[int, dict[str, Any]]) -> Piece:
    source = next(code for code in languages() if code in rows)
    versions, labels = {}, {}
    for code, row in rows.items():
        stored = drafts.get(row.latest_revision_id) if isinstance(row, DraftStateMixin) and not row.live else None
        words = {}
        for place, parts, text in texts_of(model, stored or stored_values(row)):
            words[place] = text
            labels[place] = ": ".join(str(part) for part in parts)
        draft = isinstance(row, DraftStateMixin) and row.live and row.has_unpublished_changes
        live = not isinstance(row, DraftStateMixin) or row.live
        versions[code] = Version(words, live=live, address=address_of(row), draft=draft)
    return Piece(name, key, str(rows[source]), source, versions, labels, _begin(rows[source]))


def address_of(row: Any) -> str:
    """Return where a page or snippet is edited in the CMS."""
    if isinstance(row, Page):
        return reverse("wagtailadmin_pages:edit", args=[row.pk])
    return reverse(row.snippet_viewset.get_url_name("edit"), args=[quote(row.pk)])


def _begin(row: Any) -> str:
    """Where a translation is begun."""
    if isinstance(row, Page):
        return reverse("wagtail_localize:submit_page_translation", args=[row.pk])
    meta = row._meta
    return reverse("wagtail_localize:submit_snippet_translation", args=[meta.app_label, meta.model_name, quote(row.pk)])


# --- Looked at again ------------------------------------------------------------------------------------------------
def _due(name: str, model: type[Any], until: date, language: str) -> list[Due]:
    """What readers see and somebody looks at again until a day, each thing once whatever its languages; one query."""
    rows = model.objects.filter(live=True, review_on__lte=until).select_related("locale")
    if issubclass(model, Page):
        rows = rows.filter(alias_of__isnull=True)
    order = [language, *languages()]
    best: dict[UUID, Any] = {}
    for row in sorted(rows, key=lambda row: order.index(row.locale.language_code)):
        best.setdefault(row.translation_key, row)
    return [
        Due(name, str(key), str(row), row.locale.language_code, row.review_on, address_of(row))
        for key, row in best.items()
    ]


def _renew(model: type[Any], key: str, day: date, _actor: Any) -> tuple[Any, date | None] | None:
    """Set the day on every language of a thing, and in the drafts that wait there, which would bring the old one back.

    The words stay as they are: nothing is published by it.
    """
    rows = list(model.objects.select_for_update(of=("self",)).filter(translation_key=_key(key)).order_by("pk"))
    if not rows:
        return None
    model.objects.filter(pk__in=[row.pk for row in rows]).update(review_on=day)
    for revision in Revision.objects.filter(pk__in=[row.latest_revision_id for row in rows if row.latest_revision_id]):
        revision.content["review_on"] = day.isoformat()
        revision.save(update_fields=["content"])
    live = next((row for row in rows if row.live), rows[0])
    return live, live.review_on


# --- To a translator ------------------------------------------------------------------------------------------------
def _units(model: type[Any], piece: Piece, language: str) -> list[Unit]:
    """The sentences of a piece, each once for a place, with the translation that stands there today."""
    source = _newest(model, piece.key, piece.source)
    target = _newest(model, piece.key, language)
    if source is None:
        return []
    there = _strings(target) if target is not None else {}
    found: dict[tuple[str, str], Unit] = {}
    for place, strings in _strings(source).items():
        said = there.get(place, [])
        for string, other in zip(strings, said if len(said) == len(strings) else [""] * len(strings), strict=True):
            left = lacking({place: string}, {place: other}, language, judging.reviewed(judging.REVIEWED_CONTENT))
            found.setdefault((place, string), Unit(place, string, "" if left else other))
    return list(found.values())


def _newest(model: type[Any], key: str, language: str) -> Any:
    """What an editor sees last: the source as readers have it, if they have it, a translation with its newest draft."""
    row = model.objects.filter(translation_key=key, locale__language_code=language).first()
    if isinstance(row, DraftStateMixin) and (language != languages()[0] or not row.live) and row.latest_revision_id:
        return row.get_latest_revision_as_object()
    return row


def _strings(instance: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for segment in extract_segments(instance):
        if isinstance(segment, StringSegmentValue) and segment.path not in UNREAD:
            found[segment.path].append(segment.string.data)
    return found


# --- And back -------------------------------------------------------------------------------------------------------
def _write(model: type[Any], piece: Piece, language: str, units: Sequence[Unit], actor: Any) -> None:
    """Put translations into the draft of a page, or into a snippet that knows no drafts. Readers see nothing of it."""
    translations = {(unit.place, unit.source): unit.translation for unit in units}
    locale = Locale.objects.get(language_code=language)
    synced = Translation.objects.filter(
        source__object_id=piece.key, source__locale__language_code=piece.source, target_locale=locale, enabled=True
    ).first()
    if synced is not None:
        _write_synced(synced, translations, actor)
        return
    # What stands there already stays; what nobody translated is said in the words of the source until somebody does.
    before = {(unit.place, unit.source): unit.translation for unit in _units(model, piece, language)}
    source = _newest(model, piece.key, piece.source)
    target = _newest(model, piece.key, language) or _begun(source, locale)
    segments = [
        _translated(segment, {**before, **translations})
        for segment in extract_segments(source)
        if segment.path not in UNREAD
    ]
    copy_synchronised_fields(source, target)
    ingest_segments(source, target, source.locale, locale, segments)
    _keep(target, actor)


def _begun(source: Any, locale: Locale) -> Any:
    if isinstance(source, Page):
        return source.copy_for_translation(locale, copy_parents=True)
    copy = source.copy_for_translation(locale)
    if isinstance(copy, DraftStateMixin):
        copy.live = False
        copy.save()
    return copy


def _translated(segment: Any, translations: dict[tuple[str, str], str]) -> Any:
    if not isinstance(segment, StringSegmentValue):
        return segment
    text = translations.get((segment.path, segment.string.data)) or segment.string.data
    return StringSegmentValue(segment.path, StringValue(text), attrs=segment.attrs, order=segment.order)


def _keep(target: Any, actor: Any) -> None:
    if isinstance(target, DraftStateMixin):
        target.save_revision(user=actor)
        return
    target.full_clean()
    target.save()


def _write_synced(synced: Translation, translations: dict[tuple[str, str], str], actor: Any) -> None:
    """A page that wagtail-localize keeps: the words go where its editor shows them, and into its draft."""
    synced.source.update_from_db()
    segments = synced.source.stringsegment_set.select_related("string", "context")
    for segment in segments:
        text = translations.get((segment.context.path, segment.string.data))
        if text:
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                context=segment.context,
                locale=synced.target_locale,
                defaults={
                    "data": text,
                    "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                    "tool_name": "PO",
                    "last_translated_by": actor,
                    "has_error": False,
                    "field_error": "",
                },
            )
    drafts = issubclass(synced.source.specific_content_type.model_class(), DraftStateMixin)
    synced.save_target(user=actor, publish=not drafts)
