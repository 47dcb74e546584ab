"""`update_messages`: what the code says → locale/{ru,be}/LC_MESSAGES/django.po, translations kept.

English is the source and needs no catalogue. A JavaScript module gets its words from a template, as data attributes.
"""

import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polib
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.catalogues import LANGUAGES
from core.catalogues.extraction import Key, Message, files_below, messages_in
from core.catalogues.writing import merged

BORROWED = Path(__file__).resolve().parents[2] / "borrowed_messages.toml"


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language stands."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def own_messages() -> dict[Key, Message]:
    """The strings of our apps, settings and templates."""
    root = Path(settings.BASE_DIR)
    own_apps = sorted(config.name for config in apps.get_app_configs() if Path(config.path).parent == root)
    wanted = [f"{folder}/**/*" for folder in ("config", "templates", *own_apps)]
    files = files_below(root, wanted, unwanted=["*/migrations/**/*"])
    return messages_in({path.relative_to(root).as_posix(): path for path in files})


def borrowed_messages(language: str) -> dict[Key, Message]:
    """The strings that borrowed_messages.toml lists: of packages whose own catalogue is missing or wrong."""
    files: dict[str, Path] = {}
    for table in tomllib.loads(BORROWED.read_text(encoding="utf-8"))["borrowed"]:
        if language in table["languages"]:
            files |= _files_of(table["package"], table["wanted"], table.get("unwanted", []))
    return messages_in(files)


def _files_of(package: str, wanted: list[str], unwanted: list[str]) -> dict[str, Path]:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise CommandError(f"The package {package} is not installed.")
    root = Path(spec.origin).parent
    names = {path.relative_to(root).as_posix(): path for path in files_below(root, wanted, unwanted)}
    return {f"{package}/{name}": path for name, path in names.items() if not (Path(settings.BASE_DIR) / name).exists()}


def up_to_date(language: str) -> polib.POFile:
    """The catalogue of a language as it should be now: the messages of today, the translations of the file."""
    path = catalogue_path(language)
    known = polib.pofile(str(path)) if path.exists() else []
    return merged(known, {**borrowed_messages(language), **own_messages()}, language)


class Command(BaseCommand):
    """Writes the catalogues, or says that they are behind the code."""

    requires_system_checks: list[str] = []
    help = "Collect the translatable strings of the code into the catalogues; translations are kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a catalogue is out of date")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        behind = [language for language in LANGUAGES if self._update(language, write=not check)]
        if check and behind:
            raise CommandError(f"Out of date: {', '.join(behind)}. Run update_messages and translate what is new.")

    def _update(self, language: str, *, write: bool) -> bool:
        """Return whether the catalogue differs from the code."""
        path, catalogue = catalogue_path(language), up_to_date(language)
        text = f"{catalogue}\n"
        differs = not path.exists() or path.read_text(encoding="utf-8") != text
        if write and differs:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        todo = sum(not entry.translated() for entry in catalogue)
        self.stderr.write(f"{language}: {len(catalogue)} strings, {todo} without a translation")
        return differs
