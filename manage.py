#!/usr/bin/env python
"""The command line of the academy: `python manage.py help` lists the commands."""

import gc
import os
import sys

from django.core.management import BaseCommand, ManagementUtility


class Commands(ManagementUtility):
    """Django's, ready a quarter sooner: what is loaded stays, so that nobody need look for garbage among it."""

    def execute(self) -> None:
        """Load everything, and do what the command line says."""
        gc.disable()
        super().execute()

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Return a command; from here on garbage is collected."""
        gc.freeze()
        gc.enable()
        return super().fetch_command(subcommand)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    Commands(sys.argv).execute()


if __name__ == "__main__":
    main()
