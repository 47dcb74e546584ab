"""A page to take along: it checks credentials where there is no network, with keys and lists as they are now.

It is one file without requests of its own. Its script stands inside it, which no page of this site may do: it is never
shown from here, only sent as a file to keep (`Content-Disposition: attachment`), and carries its own policy.
"""

import html
import json
from datetime import datetime
from pathlib import Path
from string import Template
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certificates.credentials import document, status
from certificates.models import Certificate
from certificates.services.credentials import did_document, out_of_force

_FOLDER = Path(__file__).parent.parent / "offline"


def offline_page() -> str:
    """Return the page in the active language."""
    now = timezone.now()
    known = {"methods": did_document()["assertionMethod"], "lists": _lists(), "words": _words()}
    moment = date_format(timezone.localtime(now), "DATETIME_FORMAT")
    texts = {
        "language": get_language() or settings.LANGUAGE_CODE,
        "title": _("Check certificates without a network"),
        "lead": _("Choose a PDF or a credential (JSON). This page sends nothing anywhere."),
        "dated": _("What was revoked is known as of %(moment)s") % {"moment": moment},
        "label": _("File of the certificate"),
        "limits": _(
            "This page checks what machines read in the file, not the look of its page. Compare the words. Whether the "
            "PDF itself was changed is told with a network, at %(address)s"
        )
        % {"address": f"{settings.SITE_ADDRESS}/v/"},
    }
    return Template((_FOLDER / "page.html").read_text(encoding="utf-8")).substitute(
        {name: html.escape(text) for name, text in texts.items()},
        # Inside a script element only "</" and "<!--" could end it.
        known=json.dumps(known, ensure_ascii=False).replace("<", "\\u003c"),
        script=(_FOLDER / "check.js").read_text(encoding="utf-8"),
    )


def offline_name(moment: datetime) -> str:
    """Return the name of the file, with the day of its lists."""
    return f"check-certificates-{timezone.localdate(moment).isoformat()}.html"


def _lists() -> dict[str, str]:
    """Return {address: list} of all status lists."""
    certificates = Certificate.objects.filter(status_list__isnull=False)
    numbers = certificates.order_by("status_list").values_list("status_list", flat=True).distinct()
    places: dict[int, list[int]] = {number: [] for number in numbers if number is not None}
    for number, place in certificates.filter(out_of_force()).values_list("status_list", "status_index"):
        if number is not None and place is not None:
            places[number].append(place)
    return {
        document.list_address(settings.SITE_ADDRESS, number): status.encoded(taken) for number, taken in places.items()
    }


def _words() -> dict[str, Any]:
    return {
        "valid": _("This certificate is genuine and in force"),
        "compare": _(
            "What stands below is genuine and in force. Compare it with the page: the page itself was not checked."
        ),
        "genuine": _("This certificate is genuine; whether it is in force is not known here"),
        "revoked": _("This certificate is genuine, but out of force"),
        "expired": _("This certificate has expired"),
        "altered": _("This file was changed, or it is not from here"),
        "none": _("There is no credential in this file"),
        "large": _(
            "The file is larger than 5 MB. Certificates of the academy are much smaller, so it is none of them."
        ),
        "cannot": _("This browser cannot check it. Take a newer one."),
        "holder": _("Holder"),
        "subject": _("Title"),
        "issued": _("Issued"),
        "expires": _("Valid until"),
    }
