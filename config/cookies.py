"""Cookies that no other site below our domain can set or read."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class _CookieOfMessages(CookieStorage):
    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        """The name; of this host alone where there is HTTPS."""
        return "__Host-messages" if settings.SESSION_COOKIE_SECURE else "messages"


class Messages(FallbackStorage):
    """Django's own way to keep what the next page says, under a name for this host alone where there is HTTPS."""

    storage_classes = (_CookieOfMessages, SessionStorage)
