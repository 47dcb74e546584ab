"""Makes the text of a catalogue (`locale/<language>/LC_MESSAGES/django.po`) from messages.

It depends on the messages and their translations only: sorted, file names without line numbers, no dates, nothing
obsolete, so that a change of code shows up as the strings it changed.
"""

from collections.abc import Iterable, Mapping

import polib

from core.catalogues.extraction import Key, Message
from core.catalogues.judging import PLURAL_COUNT, placeholders

# Of Russian and of Belarusian, as in Django's own catalogues; otherwise Django would have to keep the catalogues apart.
PLURAL_FORMS = (
    f"nplurals={PLURAL_COUNT}; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : "
    "n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14)? 2 : 3);"
)
WIDTH = 110


def merged(known: Iterable[polib.POEntry], messages: Mapping[Key, Message], language: str) -> polib.POFile:
    """Return a catalogue of exactly these messages with the translations of the known entries that still fit."""
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.metadata = {
        "Project-Id-Version": "Migration Health Academy",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS,
    }
    translations = {(entry.msgctxt or "", entry.msgid): entry for entry in known if not entry.obsolete}
    for key in sorted(messages, key=lambda key: (key.text.casefold(), key.text, key.context)):
        message = messages[key]
        entry = _entry(message)
        old = translations.get((key.context, key.text))
        if old is not None and old.msgid_plural == entry.msgid_plural:
            entry.msgstr, entry.msgstr_plural = old.msgstr, old.msgstr_plural or entry.msgstr_plural
        catalogue.append(entry)
    return catalogue


def _entry(message: Message) -> polib.POEntry:
    return polib.POEntry(
        msgctxt=message.key.context or None,
        msgid=message.key.text,
        msgid_plural=message.plural,
        msgstr_plural=dict.fromkeys(range(PLURAL_COUNT), "") if message.plural else {},
        comment="\n".join(sorted(message.notes)),
        occurrences=[(name, "") for name in sorted(message.files)],
        flags=["python-format"] if placeholders(message.key.text + message.plural) else [],
    )
