"""One machine, no other service: development, `make demo` and the commands that outside checkers run."""

from config.settings.base import *  # noqa: F403
from config.settings.base import VAR_DIR, env

DEBUG = env.bool("DEBUG", default=False)
# Demo sign-ins, the demo mailbox and their addresses exist only here.
DEMO = True
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="demo-only-key-never-used-in-production-0123456789abcdef")
CERTIFICATE_KEYS_PASSPHRASE = env.str("CERTIFICATE_KEYS_PASSPHRASE", default="demo-only-passphrase")
BACKUP_IDENTITY = env.str(
    "BACKUP_IDENTITY", default="AGE-SECRET-KEY-1X9LV89T8GX6DYAEQJEWFL3NL3XSMFWGZS7LSPYXEFERQ6GKX3Z3SR254D3"
)
BACKUP_RECIPIENTS = env.list(
    "BACKUP_RECIPIENTS", default=["age1ss0g9dc4rhdusjchak2g2drweqrjy2pguldrxjqml0nzgv0slgessvfyye"]
)
vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{VAR_DIR / 'mail'}"))
