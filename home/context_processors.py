"""What every page of the portal knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Name of the site and whether this is a demonstration."""
    return {"site_name": settings.WAGTAIL_SITE_NAME, "demo": settings.DEMO}
