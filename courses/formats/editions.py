"""What every file says of the content that it holds."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.formats.pieces import Chapter, Volume


def edition(volume: Volume) -> str:
    """Return the version of the content and its day, in words."""
    said = {"number": volume.version, "day": date_format(volume.day, "DATE_FORMAT")}
    return _("content version %(number)d of %(day)s") % said


def where(volume: Volume, number: int, chapter: Chapter) -> Iterator[str]:
    """Yield which lesson of how many a chapter is, and how long it takes."""
    if volume.whole:
        yield _("Lesson %(number)s of %(total)s") % {"number": number, "total": len(volume.chapters)}
    said = ngettext("%(minutes)s minute", "%(minutes)s minutes", chapter.minutes)
    yield said % {"minutes": chapter.minutes}
