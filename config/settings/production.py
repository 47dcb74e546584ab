"""Behind a proxy that speaks HTTPS. Refuses to start with defaults that would be unsafe."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import SECRET_KEY, env

SHORTEST_KEY = 50
if len(SECRET_KEY) < SHORTEST_KEY or SECRET_KEY.startswith("demo-"):
    raise ImproperlyConfigured(f"Set SECRET_KEY (or SECRET_KEY_FILE) to at least {SHORTEST_KEY} random characters.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("Name the hosts in ALLOWED_HOSTS; '*' weakens the checks of redirect addresses.")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
DEVICE_COOKIE_NAME = "__Host-known-device"
DISPLAY_COOKIE_NAME = "__Host-display"
LANGUAGE_COOKIE_NAME = "__Host-language"
