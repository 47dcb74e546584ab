"""Tests: the same product, fast hashing, jobs at once. `DATABASE_URL` chooses SQLite or PostgreSQL."""

import tempfile
from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, STORAGES

DEMO = True
REQUIRE_MFA = False
SECRET_KEY = "test-only-key"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "jobs": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
}
# Tests put other files in the place of a database.
DATABASES["default"]["CONN_MAX_AGE"] = 0
CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    for name in ("default", "process")
}
_scratch = Path(tempfile.mkdtemp(prefix="academy-test-"))
STATIC_ROOT = _scratch / "static"
STATIC_ROOT.mkdir()
MEDIA_ROOT = _scratch / "media"
PRIVATE_ROOT = _scratch / "private"
CERTIFICATE_KEYS = _scratch / "keys"
CERTIFICATE_KEYS_PASSPHRASE = "test-only-passphrase"  # noqa: S105
STORAGES = {
    **STORAGES,
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PRIVATE_ROOT}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
