"""What this app does when something happens elsewhere: a home page goes live or away."""

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from home.models import HomePage
from home.services import forget_acknowledged


@receiver([page_published, page_unpublished])
def refresh_foot_of_pages(instance: Page, **_: Any) -> None:
    """The foot of public pages says what the home page says. Also sent for each page before it is deleted."""
    if isinstance(instance, HomePage):
        forget_acknowledged()
