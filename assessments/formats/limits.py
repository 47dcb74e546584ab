"""How much a file may hold."""

from django.utils.translation import gettext as _

from assessments.formats.item import Reading
from core.errors import FormatError

MOST_QUESTIONS = 20_000


def check_count(reading: Reading) -> None:
    """Raise FormatError when more questions were found in a file, read or not, than are taken over at once.

    For readers of formats in which a question may be a few signs: millions of them would be read for nothing.
    """
    check_number(len(reading.items) + len(reading.errors))


def check_number(questions: int) -> None:
    """Raise FormatError when a file has more questions than are taken over at once."""
    if questions > MOST_QUESTIONS:
        raise FormatError(_("The file has more than 20,000 questions. Split it into smaller ones."))
