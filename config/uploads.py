"""Files that people uploaded, on a host of their own (UPLOADS_ORIGIN)."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def host_of(origin: str, site: str) -> str:
    """Return the name of the host of uploads; nothing where there is none. Raises ImproperlyConfigured.

    Cookies know of names and not of ports: another port of the site's host is the site's host.
    """
    if not origin:
        return ""
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or not parts.hostname or origin != f"{parts.scheme}://{parts.netloc}":
        raise ImproperlyConfigured("UPLOADS_ORIGIN is no address like https://files.example.org, without a path.")
    if parts.hostname == urlsplit(site).hostname:
        raise ImproperlyConfigured("UPLOADS_ORIGIN must name another host than SITE_ADDRESS, or nothing.")
    return parts.hostname
