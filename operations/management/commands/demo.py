"""`demo`: prepare, load the demonstration once, serve it."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from operations.management.commands.serve import refuse_a_taken_port


class Command(BaseCommand):
    """What `make demo` runs. A second run keeps the data."""

    help = "Prepare, load the demonstration if it is not there, and serve it."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("These settings are not those of a demonstration; use `prepare` and `serve`.")
        # Said now rather than after a minute of preparation.
        refuse_a_taken_port(settings.BIND_ADDRESS, settings.PORT)
        call_command("prepare")
        call_command("load_demo")
        call_command("serve")
