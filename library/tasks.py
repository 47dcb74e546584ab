"""Background jobs: fetch, then call a service."""

from django.utils import timezone

from library import services


def note_translations() -> None:
    """Keep what translations were made from, wherever something was written without being noticed."""
    services.note_everything()


def plan_review_lists() -> None:
    """Plan the lists of the week about texts to look at again; every other run changes nothing."""
    services.plan_review_lists(today=timezone.localdate())
