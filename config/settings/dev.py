"""One machine, no other service: development, `make demo` and the commands that outside checkers run."""

from config.settings.base import *  # noqa: F403
from config.settings.base import VAR_DIR, env

DEBUG = env.bool("DEBUG", default=False)
# Demo sign-ins, the demo mailbox and their addresses exist only here.
DEMO = True
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="demo-only-key-never-used-in-production-0123456789abcdef")
CERTIFICATE_KEYS_PASSPHRASE = env.str("CERTIFICATE_KEYS_PASSPHRASE", default="demo-only-passphrase")
vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{VAR_DIR / 'mail'}"))
