"""Where a page or snippet is edited in the CMS."""

from typing import Any

from django.contrib.admin.utils import quote
from django.urls import reverse
from wagtail.models import Page


def address_of(instance: Any) -> str:
    """Return the address of the editor of a page or snippet."""
    if isinstance(instance, Page):
        return reverse("wagtailadmin_pages:edit", args=[instance.pk])
    return reverse(instance.snippet_viewset.get_url_name("edit"), args=[quote(instance.pk)])
