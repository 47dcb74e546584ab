"""Why the file of a certificate waits: kept as a word with its values, said in the language of whoever reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    "letters": _("The typeface of the certificate cannot draw: %(letters)s."),
    "logos": _("The logos have no room side by side, or one is higher than 16 mm. Make them narrower."),
    "room": _("A long name or title has no room on this page. Choose portrait, one language, or fewer signatories."),
    "picture": _("A picture of the design is gone. Upload it again."),
    "storage": _("The file could not be stored (%(reason)s). It is tried again by itself."),
    "no_keys": _(
        "There is no folder with the keys of certificates, %(folder)s. Make keys with “manage.py certkeys init”."
    ),
    "key_missing": _(
        "The key %(file)s is missing. Put it back from its copy, or make new keys with “manage.py certkeys”."
    ),
    "key_unreadable": _("The key %(file)s cannot be read."),
    "key_locked": _("The key %(file)s cannot be opened: the passphrase is wrong, or the file is damaged."),
    "key_expired": _(
        "The key that signs certificates expired on %(date)s. Make a new one with “manage.py certkeys rotate”."
    ),
    "key_given_up": _("The keys that sign certificates were given up. Make new ones with “manage.py certkeys rotate”."),
    "unknown": _("It could not be prepared."),
}


@dataclass(frozen=True)
class Cause(Promise):
    """A word of `SENTENCES` and its values; a day is kept as ISO 8601. As a text it is the sentence."""

    word: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        said = dict(self.values)
        if "date" in said:
            said["date"] = date_format(date.fromisoformat(said["date"]), "DATE_FORMAT")
        return str(SENTENCES[self.word]) % said


def kept(why: str | Promise) -> str:
    """Return what is stored of a cause; of any other sentence its words in the active language.

    >>> kept(Cause("key_missing", {"file": "document.p12"}))
    '{"cause": "key_missing", "file": "document.p12"}'
    """
    return json.dumps({"cause": why.word, **why.values}, ensure_ascii=False) if isinstance(why, Cause) else str(why)


def said(stored: str) -> str:
    """Return what was stored as a sentence in the active language; empty for nothing.

    >>> said('{"cause": "key_unreadable", "file": "root.p12"}'), said("Somebody else wrote this.")
    ('The key root.p12 cannot be read.', 'Somebody else wrote this.')
    """
    if not stored.startswith('{"cause": '):
        return stored
    values = json.loads(stored)
    return str(Cause(values.pop("cause"), values))
