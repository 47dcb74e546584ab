"""Background jobs: fetch, then call a service."""

from library import services


def note_translations() -> None:
    """Keep what translations were made from, wherever something was written without being noticed."""
    services.note_everything()
