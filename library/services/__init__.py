"""Every write about content in several languages, and how far its translations are."""

from library.services.exchange import Brought, bring_po, po_of
from library.services.pieces import address_of, kind_of_pages, languages
from library.services.publishing import kept_as_draft, refusal, untranslated, untranslated_segments
from library.services.steps import (
    Standing,
    TranslationError,
    confirm_translation,
    copy_renderings,
    mark_everything_unread,
    mark_read,
    mark_unread,
    note_everything,
    note_published,
    note_translations,
    standing,
    standings,
)
from library.services.texts import stored_values, texts_of

__all__ = [
    "Brought",
    "Standing",
    "TranslationError",
    "address_of",
    "bring_po",
    "confirm_translation",
    "copy_renderings",
    "kept_as_draft",
    "kind_of_pages",
    "languages",
    "mark_everything_unread",
    "mark_read",
    "mark_unread",
    "note_everything",
    "note_published",
    "note_translations",
    "po_of",
    "refusal",
    "standing",
    "standings",
    "stored_values",
    "texts_of",
    "untranslated",
    "untranslated_segments",
]
