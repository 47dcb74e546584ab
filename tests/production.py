"""Production for tests: all of its settings, and around them what tests bring along.

`DJANGO_SETTINGS_MODULE=tests.production pytest tests/security` repeats the tests of security on it (`make deep`).
"""

import os

os.environ.setdefault("SECRET_KEY", "for-tests-on-the-settings-of-production-and-nothing-else-0123456789")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("LOG_REQUESTS", "false")
os.environ.setdefault("SITE_ADDRESS", "https://testserver")
os.environ.setdefault("MAIL_FROM", "Academy <mail@testserver.example>")
os.environ.setdefault("EMAIL_URL", "smtp://localhost:25")

from config.settings.production import *  # noqa: F403
from config.settings.test import (  # noqa: F401
    CACHES,
    CERTIFICATE_KEYS,
    CERTIFICATE_KEYS_PASSPHRASE,
    EMAIL_BACKEND,
    MEDIA_ROOT,
    PASSWORD_HASHERS,
    PRIVATE_ROOT,
    STATIC_ROOT,
    STORAGES,
    TASKS,
)

# Whoever tests the second factor asks for it; keys of certificates make themselves, as in a demonstration.
REQUIRE_MFA = False
DEMO = True
