"""The keys that sign certificates: made, changed for new ones, given up, looked at, and what is public written out."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.services import keys


class Command(BaseCommand):
    """`status` ends with exit code 1 while certificates cannot be signed."""

    help = "Makes, rotates, gives up, exports and shows the keys that sign certificates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["init", "rotate", "give-up", "export", "status"])
        parser.add_argument("key", nargs="?", default="", help="give-up: the id of a key that signs no more")
        parser.add_argument(
            "--compromised", action="store_true", help="rotate: somebody else may have had the old keys; revoke them"
        )
        parser.add_argument(
            "--since",
            type=_moment,
            help="give-up: since when somebody else may have had it (2026-03-31T14:00)",
        )
        parser.add_argument("-o", "--output", type=Path, help="export: folder to write to")
        parser.add_argument("--json", action="store_true", help="print JSON instead of lines to read")

    def handle(self, *_args: Any, **options: Any) -> None:
        actions: dict[str, Callable[[], dict[str, Any]]] = {
            "init": keys.init,
            "rotate": lambda: keys.rotate(compromised=options["compromised"]),
            "give-up": lambda: keys.give_up(key_id=options["key"], since=options["since"]),
            "export": lambda: _exported(options["output"]),
            "status": keys.status,
        }
        try:
            answer = actions[options["action"]]()
        except keys.KeysError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(answer))
        else:
            self._tell(answer)
        if not answer.get("usable", True):
            raise SystemExit(1)

    def _tell(self, answer: dict[str, Any]) -> None:
        if answer.get("problem"):
            self.stderr.write(answer["problem"])
        for key in answer["keys"]:
            standing = "compromised" if key["compromised_at"] else "retired" if key["retired_at"] else "in use"
            until = f" until {key['expires_at'][:10]}" if key["expires_at"] else ""
            since = f" given up since {key['compromised_at'][:16]}" if key["compromised_at"] else ""
            self.stdout.write(f"{key['kind']:10} {standing:11} {key['key_id']}{until}{since}")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _exported(folder: Path | None) -> dict[str, Any]:
    """Write everything that is public into a folder, if there is one, and return it."""
    public = keys.export()
    roots, revoked = public["ca.pem"], public[keys.REVOKED]
    answer = {"roots": roots, "revocations": revoked.hex(), "keys": public["keys"]}
    if folder is None:
        return answer
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ca.pem").write_text(roots, encoding="ascii")
        (folder / keys.REVOKED).write_bytes(revoked)
        for key in public["keys"]:
            if key["revocations"]:
                (folder / f"{key['key_id']}.crl").write_bytes(keys.published_revocations(key["key_id"]))
        (folder / "keys.json").write_text(json.dumps(public["keys"], indent=1), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{error.filename or folder} could not be written: {error.strerror}.") from error
    return answer
