"""Behind a proxy that speaks HTTPS. Refuses to start with defaults that would be unsafe."""

from django.core.exceptions import ImproperlyConfigured

from config.logs import logging_of
from config.settings.base import *  # noqa: F403
from config.settings.base import (
    CACHES,
    CERTIFICATE_KEYS_PASSPHRASE,
    CERTIFICATE_OWN_KEY_PASSPHRASE,
    DATABASES,
    DEFAULT_FROM_EMAIL,
    LOG_LEVEL,
    METRICS_TOKEN,
    SECRET_KEY,
    SITE_ADDRESS,
    STORAGE_URL,
    UNSET_SENDER,
    UPLOADS_HOST,
    UPLOADS_ORIGIN,
    env,
    options_of,
)

SHORTEST_KEY = 50
SHORTEST_TOKEN = 32
if len(SECRET_KEY) < SHORTEST_KEY or SECRET_KEY.startswith("demo-"):
    raise ImproperlyConfigured(f"Set SECRET_KEY (or SECRET_KEY_FILE) to at least {SHORTEST_KEY} random characters.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("Name the hosts in ALLOWED_HOSTS; '*' weakens the checks of redirect addresses.")
ALLOWED_HOSTS += [UPLOADS_HOST] if UPLOADS_HOST else []

# Passwords that come with a product, or that everybody tries.
_KNOWN = {"", "academy", "admin", "changeme", "example", "guest", "password", "postgres", "root", "secret", "test"}
_database = DATABASES["default"]
# Who comes by a socket is known by the account of the system.
_by_socket = str(_database.get("HOST") or "/").startswith("/")
_guessed = str(_database.get("PASSWORD") or "").lower() in _KNOWN | {str(_database.get("USER") or "").lower()}
if _database["ENGINE"].endswith("postgresql") and not _by_socket and _guessed:
    raise ImproperlyConfigured("Give the database in DATABASE_URL a password of its own, which nobody guesses.")
# Stores, too, come with a key that everybody tries.
if STORAGE_URL and options_of(STORAGE_URL)["secret"].lower() in _KNOWN | {"minioadmin", options_of(STORAGE_URL)["key"]}:
    raise ImproperlyConfigured("Give the store in STORAGE_URL a key of its own, with a secret that nobody guesses.")
for _name, _passphrase in (
    ("CERTIFICATE_KEYS_PASSPHRASE", CERTIFICATE_KEYS_PASSPHRASE),
    ("CERTIFICATE_OWN_KEY_PASSPHRASE", CERTIFICATE_OWN_KEY_PASSPHRASE),
):
    if _passphrase and (_passphrase.lower() in _KNOWN or _passphrase.startswith("demo-")):
        raise ImproperlyConfigured(f"Set {_name} to random characters.")
# What certificates name for ever, who letters come from and where they go: what an example has is nobody's.
if not SITE_ADDRESS.startswith("https://"):
    raise ImproperlyConfigured("Set SITE_ADDRESS to the address of the site, with https://: certificates name it.")
if UPLOADS_ORIGIN and not UPLOADS_ORIGIN.startswith("https://"):
    raise ImproperlyConfigured("Set UPLOADS_ORIGIN to an address with https://: pages show no picture that comes bare.")
if DEFAULT_FROM_EMAIL == UNSET_SENDER:
    raise ImproperlyConfigured("Set MAIL_FROM to an address of yours: all letters come from it.")
if not vars()["EMAIL_BACKEND"].startswith("django.core.mail.backends.smtp."):
    raise ImproperlyConfigured("Set EMAIL_URL to a mail server: in a terminal or a file nobody gets a letter.")
if CACHES["default"]["BACKEND"].endswith((".LocMemCache", ".DummyCache")):
    raise ImproperlyConfigured("Set CACHE_URL to what all processes share: otherwise each counts wrong tries alone.")
if METRICS_TOKEN and len(METRICS_TOKEN) < SHORTEST_TOKEN:
    raise ImproperlyConfigured(f"Set METRICS_TOKEN to at least {SHORTEST_TOKEN} random characters, or to nothing.")

LOG_FORMAT = env.str("LOG_FORMAT", default="json")
LOG_REQUESTS = env.bool("LOG_REQUESTS", default=True)
LOGGING = logging_of(form=LOG_FORMAT, level=LOG_LEVEL, requests=LOG_REQUESTS)

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
