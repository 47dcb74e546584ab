"""The words of a certificate, from its payload, in the language that is active.

Used once with the certificate's own language, when it is earned: the result is frozen in the payload and printed. And
used again, in the reader's language, by the pages that show the certificate. Nothing here looks anything up.

The payload of a certificate:
    holder    {"native", "latin"}: the names as the holder writes them
    agency    {language: name} of the agency at that time
    issuer    {language: name} of the site
    subject   {"kind": "module" | "workshop" | "programme" | "paper", "code", "titles": {language: title}, "proves"};
              "proves" says its kind, and of one that was issued on paper the number is the code
    minutes   of study or attendance that count
    dates     {"from", "to", "issued", "expires" or None}, ISO 8601
    result    what was counted: the explanation stored with the completion
    design    {"name", "number", "parameters"} of the version it was made with (`certificates.designs.Parameters`)
    site, address, code    where it was issued, where it is verified, and what it is called
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, npgettext, override, pgettext
from django.utils.translation import gettext as _

from certificates.designs import Parameters
from core import periods

# An academic hour has 45 minutes; a certificate counts halves.
HALF_HOUR_MINUTES = 22.5

Payload = dict[str, Any]


def parameters(payload: Payload) -> Parameters:
    """Return what the certificate looks like; one from before there were designs has the default."""
    design = payload.get("design")
    return Parameters.from_json(design["parameters"]) if isinstance(design, dict) else Parameters()


def half_hours(minutes: int) -> int:
    """Return how many halves of an academic hour are full: 4.5 hours are 9.

    >>> [half_hours(minutes) for minutes in (22, 23, 45, 67, 68, 210)]
    [0, 1, 2, 2, 3, 9]
    """
    return int(minutes / HALF_HOUR_MINUTES)


def in_active_language(names: dict[str, str]) -> str:
    """Return the name in the active language, or the first that there is."""
    return names.get((get_language() or "en")[:2]) or next(iter(names.values()), "")


def hours(payload: Payload) -> str:
    """Return the time as people read it ("4.5 academic hours"); empty when nothing is counted."""
    halves = half_hours(payload["minutes"])
    if not halves:
        return ""
    if halves % 2:
        words = pgettext("a number with a half, such as 4.5", "%(hours)s academic hours")
        return words % {"hours": number_format(halves / 2, decimal_pos=1)}
    words = npgettext("a whole number", "%(hours)s academic hour", "%(hours)s academic hours", halves // 2)
    return words % {"hours": number_format(halves // 2)}


def period(payload: Payload) -> str:
    """Return the day or days of a workshop, or the day on which a module was completed."""
    first, last = (date.fromisoformat(payload["dates"][name]) for name in ("from", "to"))
    return periods.period(first, last)


def result(payload: Payload) -> str:
    """Return what was reached, as one line that may only be broken after a comma and before a bracket."""
    return re.sub(r"(?<!,) (?!\()", "\N{NO-BREAK SPACE}", _result(payload))


def _result(payload: Payload) -> str:
    counted = payload["result"]
    mark = _per_cent(counted.get("mark"), counted.get("max_mark"))
    values = {"mark": mark, "pass_mark": counted.get("pass_mark")}
    if payload["subject"]["kind"] == "module":
        if mark is None:
            done, required = counted["lessons"]
            return _("%(done)d of %(required)d lessons") % {"done": done, "required": required}
        return _("final test %(mark)d %% (pass mark %(pass_mark)d %%)") % values
    if payload["subject"]["kind"] == "programme":
        return ", ".join(_parts(counted))
    attended, sessions = counted["sessions"]
    share = _per_cent(counted["credited_minutes"], counted["planned_minutes"])
    values |= {"attended": attended, "sessions": sessions, "share": share}
    if mark is None:
        return _("%(attended)d of %(sessions)d sessions, %(share)d %% of the hours") % values
    return _("%(attended)d of %(sessions)d sessions, %(share)d %% of the hours, test after %(mark)d %%") % values


def _parts(counted: dict[str, Any]) -> Iterator[str]:
    """What was counted of a programme, part by part."""
    if "modules" in counted:
        done, _needed, modules = counted["modules"]
        yield _("%(done)d of %(modules)d modules") % {"done": done, "modules": modules}
    if "threshold" in counted:
        share = _per_cent(counted["credited_minutes"], counted["planned_minutes"])
        yield _("%(share)d %% of the hours of the workshops") % {"share": share}
    if "tests" in counted:
        passed, tests = counted["tests"]
        yield _("tests after passed: %(passed)d of %(tests)d") % {"passed": passed, "tests": tests}


def facts(payload: Payload) -> list[tuple[str, str]]:
    """Return (label, value) of hours, dates and result; what is empty is left out."""
    if payload["subject"]["kind"] == "paper":
        return _facts_of_paper(payload)
    # A module and a programme are completed on a day; a workshop is held.
    module = payload["subject"]["kind"] in {"module", "programme"}
    lines = [
        (_("Duration"), hours(payload)),
        (_("Completed") if module else _("Held"), period(payload)),
    ]
    if parameters(payload).result:
        lines.append((_("Result") if module else _("Attendance"), result(payload)))
    return [(label, value) for label, value in lines if value]


def _facts_of_paper(payload: Payload) -> list[tuple[str, str]]:
    """What stood on the paper, with its own number, and since when the register knows it."""
    days = {name: date_format(date.fromisoformat(payload["dates"][name]), "DATE_FORMAT") for name in _DAYS_OF_PAPER}
    issued = _("number %(number)s, %(date)s") % {"number": payload["subject"]["code"], "date": days["issued"]}
    lines = [
        (_("Duration"), hours(payload)),
        (_("Held"), period(payload)),
        (_("Issued on paper"), issued),
        (_("Registered"), days["registered"]),
    ]
    return [(label, value) for label, value in lines if value]


_DAYS_OF_PAPER = ("issued", "registered")


def compared(old: Payload, new: Payload) -> list[tuple[str, str, str]]:
    """Return (label, on the old, on the new) of what may differ between a certificate and its successor."""
    words = {
        _("Name"): lambda payload: payload["holder"]["native"],
        _("Name in Latin script"): lambda payload: payload["holder"]["latin"] or _("not printed"),
        _("Agency at that time"): lambda payload: in_active_language(payload["agency"]),
        _("Title"): lambda payload: in_active_language(payload["subject"]["titles"]),
        _("Valid until"): _valid_until,
        _("Design"): _design,
    }
    return [(label, word(old), word(new)) for label, word in words.items()]


def _design(payload: Payload) -> str:
    design = payload.get("design") or {}
    if not design.get("name"):
        return _("without a design of its own")
    return _("%(name)s, version %(number)d") % {"name": design["name"], "number": design["number"]}


def _valid_until(payload: Payload) -> str:
    expires = payload["dates"]["expires"]
    return date_format(date.fromisoformat(expires), "DATE_FORMAT") if expires else _("without limit")


def title(payload: Payload) -> str:
    """Return what kind of certificate it is."""
    proves = payload["subject"].get("proves")
    if proves == "achievement":
        return _("Certificate of achievement")
    if payload["subject"]["kind"] in {"module", "programme"} or proves == "completion":
        return _("Certificate of completion")
    return _("Certificate of participation")


def statement(payload: Payload) -> str:
    """Return the line between the holder's name and the title of the module, workshop or programme."""
    kind, passed = payload["subject"]["kind"], payload["subject"].get("proves") == "achievement"
    if kind == "module" and passed:
        # Translators: stands between the name of the holder and the title of the module; must suit women and men.
        return _("has completed the self-paced module and passed its test")
    if kind == "workshop" and passed:
        # Translators: stands between the name of the holder and the title of the workshop; must suit women and men.
        return _("took part in the workshop and passed its test")
    if kind == "programme":
        # Translators: stands between the name of the holder and the title of the programme; must suit women and men.
        return _("has completed the programme")
    if payload["subject"]["kind"] == "module":
        # Translators: stands between the name of the holder and the title of the module; must suit women and men.
        return _("has completed the self-paced module")
    if payload["subject"]["kind"] == "paper":
        # Translators: stands between the name of the holder and the title on a paper certificate of earlier years.
        return _("holds a certificate on paper:")
    # Translators: stands between the name of the holder and the title of the workshop; must suit women and men.
    return _("took part in the workshop")


def names(payload: Payload) -> tuple[str, str]:
    """Return the holder's name in the script of the active language, and the other form (or an empty text)."""
    native, latin = payload["holder"]["native"], payload["holder"]["latin"]
    first, second = (latin, native) if latin and get_language() == "en" else (native, latin)
    return first, "" if second == first else second


def is_latin(name: str) -> bool:
    """Whether every letter of a name is of the Latin script; an empty name is.

    >>> is_latin("Uladzislaŭ O’Neill-Nguyễn"), is_latin("Ulаdzislau")  # the second one has a Cyrillic а
    (True, False)
    """
    letters = (letter for letter in name if letter.isalpha() and letter not in "ʼʹ")
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def page(payload: Payload, own: str) -> dict[str, Any]:
    """Return every word of the page of a holder with this language: what `certificates.pdf.Words` is made of.

    A page in two languages has those of the smaller one under "second"; what is the same in both is empty there.
    """
    first, *others = parameters(payload).languages_for(own)
    with override(first):
        words = printed(payload)
    for language in others:
        with override(language):
            again = printed(payload)
        same = {name: "" for name in ("issuer", "agency", "subject", "extra") if again[name] == words[name]}
        posts = [post for _name, post, _description in again["signatories"]]
        words["second"] = {**{name: again[name] for name in _SAID_TWICE}, **same, "posts": posts}
    return words


_SAID_TWICE = (
    *("language", "issuer", "title", "agency", "statement", "subject", "extra"),
    *("facts", "issued", "note", "verify"),
)


def printed(payload: Payload) -> dict[str, Any]:
    """Return the words of the printed certificate in the active language."""
    design = parameters(payload)
    name, other_name = names(payload)
    address, issuer = payload["address"], in_active_language(payload["issuer"])
    return {
        "language": get_language(),
        "document_title": _("%(title)s: %(name)s") % {"title": title(payload), "name": name},
        "document_subject": in_active_language(payload["subject"]["titles"]),
        "issuer": issuer,
        "title": title(payload),
        "name": name,
        "other_name": other_name,
        "agency": in_active_language(payload["agency"]),
        "statement": statement(payload),
        "subject": in_active_language(payload["subject"]["titles"]),
        "facts": facts(payload),
        "issued": _issued(payload),
        "note": _("An academic hour is 45 minutes.") if hours(payload) else "",
        "verify": _("Scan or type this code to see whether the certificate is valid."),
        "address": address,
        "printed_address": address.partition("://")[2],
        "seal_description": _("Emblem of %(issuer)s: a ring of four arcs") % {"issuer": issuer},
        "qr_description": _("Check this certificate at %(address)s") % {"address": address},
        "extra": in_active_language(design.extra),
        "signatories": [
            (
                signatory.name,
                in_active_language(signatory.post),
                _("Signature of %(name)s") % {"name": signatory.name},
            )
            for signatory in design.signatories
        ],
        "logos": [in_active_language(logo.alternative) for logo in design.logos],
    }


def _issued(payload: Payload) -> str:
    dates = payload["dates"]
    values = {"date": date_format(date.fromisoformat(dates["issued"]), "DATE_FORMAT"), "site": payload["site"]}
    if not dates["expires"]:
        return _("Issued on %(date)s, %(site)s") % values
    return _("Issued on %(date)s, %(site)s. Valid until %(expires)s.") % {**values, "expires": _valid_until(payload)}


def _per_cent(part: int | None, whole: int | None) -> int | None:
    """Return the share in whole per cent, rounded down: a certificate never claims more than was reached."""
    return None if part is None or not whole else part * 100 // whole
