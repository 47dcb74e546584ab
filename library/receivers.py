"""What this app does when a page goes live: it keeps what the translations of the page were made from."""

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, published

from library.services import note_published


@receiver(page_published)
def keep_in_step(instance: Page, **_: Any) -> None:
    """Whichever language it was: the others were made from this, or this from another."""
    note_published(instance=instance)


@receiver(published)
def keep_snippet_in_step(instance: Any, **_: Any) -> None:
    """The same for what is no page. Pages announce themselves twice."""
    if not isinstance(instance, Page):
        note_published(instance=instance)
