"""Print the settings of a new installation, with secrets that nobody has chosen.

    python3 deploy/new_settings.py --site academy.example.org --support help@example.org [--database URL] …

What it prints can be read by systemd (EnvironmentFile) and by a shell alike, and goes into a file that nobody but root
and the Academy may read. Every name is explained in docs/operations/settings.md.
"""

import argparse
import secrets
import sys

# Both systemd and a shell take what stands between these as it is.
QUOTE = "'"


def settings(*, site: str, support: str, database: str, mail: str, recipients: str) -> dict[str, str]:
    """Return the settings by name. Raises ValueError for a value that cannot be written down."""
    found = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SITE_ADDRESS": f"https://{site}",
        "ALLOWED_HOSTS": site,
        "VAR_DIR": "/var/lib/academy",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "CERTIFICATE_KEYS_PASSPHRASE": secrets.token_urlsafe(32),
        "DATABASE_URL": database,
        "EMAIL_URL": mail,
        "SUPPORT_EMAIL": support,
        "OPERATORS": support,
        "MAIL_FROM": f"Migration Health Academy <{support}>",
        "BACKUP_RECIPIENTS": recipients,
        # nginx or Caddy stands before it, and serves pictures.
        "TRUSTED_PROXY_COUNT": "1",
        "SERVE_MEDIA": "false",
    }
    for name, value in found.items():
        if QUOTE in value or "\n" in value:
            raise ValueError(f"{name} may hold neither {QUOTE} nor the end of a line: {value!r}")
    return found


def written(found: dict[str, str]) -> str:
    """Return them as a file."""
    return "".join(f"{name}={QUOTE}{value}{QUOTE}\n" for name, value in found.items() if value)


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--site", required=True, help="The name of the site, without https://")
    parser.add_argument("--support", required=True, help="The address of whoever helps, which also sends all mail")
    parser.add_argument("--database", default="", help="DATABASE_URL (default: SQLite in /var/lib/academy)")
    parser.add_argument("--mail", default="smtp://localhost:25", help="EMAIL_URL (default: %(default)s)")
    parser.add_argument("--recipients", default="", help="BACKUP_RECIPIENTS: who may open backups (age1…)")
    asked = vars(parser.parse_args())
    try:
        sys.stdout.write(written(settings(**asked)))
    except ValueError as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
