"""Texts that several lessons show: which there are, and what keeps one from being deleted. Writes nothing."""

from collections.abc import Iterable

from django.utils.translation import get_language, ngettext

from library.models import SharedText
from library.uses import lessons_showing


def choices_of_shared_texts() -> list[tuple[str, str]]:
    """Return (slug, title) of each shared text, drafts too, titles in the reader's language or the next best."""
    found: dict[str, str] = {}
    for text in SharedText.objects.best_first((get_language() or "en")[:2]):
        found.setdefault(text.slug, text.title)
    return sorted(found.items(), key=lambda choice: choice[1])


def objection_to_deletion(texts: Iterable[SharedText]) -> str:
    """Why shared texts may not be deleted: lessons show one of them. Empty when none does.

    A translation may go: readers get the text in the next best language.
    """
    for text in texts:
        others = SharedText.objects.filter(translation_key=text.translation_key).exclude(pk=text.pk)
        if others.exists():
            continue
        uses = lessons_showing(text.slug, (get_language() or "en")[:2])
        if uses:
            sentence = ngettext(
                "%(count)s lesson shows “%(title)s” (%(first)s): take it out there first.",
                "%(count)s lessons show “%(title)s” (%(first)s and others): take it out there first.",
                len(uses),
            )
            return sentence % {"count": len(uses), "title": text.title, "first": uses[0].title}
    return ""
