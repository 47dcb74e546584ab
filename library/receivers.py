"""What this app does when a page goes live or is submitted: translations are noted, experts hear of it."""

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page, TaskState
from wagtail.signals import page_published, published, task_submitted

from library.services import note_published, tell_experts


@receiver(page_published)
def keep_in_step(instance: Page, **_: Any) -> None:
    """Whichever language it was: the others were made from this, or this from another."""
    note_published(instance=instance)


@receiver(published)
def keep_snippet_in_step(instance: Any, **_: Any) -> None:
    """The same for what is no page. Pages announce themselves twice."""
    if not isinstance(instance, Page):
        note_published(instance=instance)


@receiver(task_submitted)
def tell_whoever_reviews(instance: TaskState, **_: Any) -> None:
    """A step of a workflow has begun; if it is an expert's turn, they hear of it."""
    tell_experts(state=instance)
