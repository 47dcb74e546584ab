"""Which language comes first."""

from django.conf import settings
from django.db.models import Case, Value, When


def language_rank(language: str) -> Case:
    """The language asked for before the default one before all others."""
    return Case(
        When(locale__language_code=language, then=Value(0)),
        When(locale__language_code=settings.LANGUAGE_CODE, then=Value(1)),
        default=Value(2),
    )
