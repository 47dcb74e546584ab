"""`manage.py check --deploy` under the production settings, with the environment of a sane installation."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Return 0 when Django has nothing to say, warnings included."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "academy.example.org",
            "SITE_ADDRESS": "https://academy.example.org",
            "CSRF_TRUSTED_ORIGINS": "https://academy.example.org",
            "VAR_DIR": scratch,
            "EMAIL_URL": "smtp://mail.example.org:587",
            "MAIL_FROM": "Academy <mail@academy.example.org>",
        }
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
