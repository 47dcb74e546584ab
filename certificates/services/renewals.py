"""Certificates renewed by passing the final test once more: new ones, linked to those that they take the place of."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates.models import Certificate, LogEntry
from certificates.services import awards
from certificates.services.log import note
from certificates.services.standing import note_standing
from core.jobs import for_each
from courses.models import Enrolment, FinalAttempt
from courses.services import counted_again


@transaction.atomic
def renew_enrolment(*, enrolment: Enrolment, counted: dict[str, Any]) -> Certificate | None:
    """Issue the certificate of a module anew after a refresher, valid from today; the earlier one is superseded.

    `counted` is what the refresher counted. Returns None where no certificate stands, and while one is suspended or
    younger than its refresher: what was revoked is not given back by a test, and an announcement that is repeated
    renews nothing.
    """
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("person", "agency", "module")
    earned = locked.get(pk=enrolment.pk)
    old = earned.certificates.standing().select_for_update(of=("self",)).first()
    if old is None or old.suspended_at is not None or old.erased_at is not None or not earned.may_refresh:
        return None
    now = timezone.now()
    old.superseded_at = now
    with override(old.language):
        reason = _("Renewed: the final test was passed once more.")
    note_standing(old, "certificates.superseded", reason, None)
    day = timezone.localdate(now)
    new = awards.create(
        Certificate(
            enrolment=earned,
            person=earned.person,
            agency=earned.agency,
            supersedes=old,
            privacy=old.privacy,
            secret=old.secret,
        ),
        subject=awards.module_subject(earned, counted),
        minutes=awards.lesson_minutes(earned),
        first_day=day,
        last_day=day,
        result=counted,
        content_version=f"{earned.module.code} {earned.module.content_version}, rule {earned.rule_version}",
    )
    note(old, LogEntry.Action.SUPERSEDED, at=now, successor=new.code)
    return new


def module_to_renew(certificate: Certificate) -> str:
    """Return the code of the module whose final test renews a certificate now; empty where nothing can be done.

    Select `enrolment__module` along.
    """
    out = certificate.revoked_at or certificate.superseded_at or certificate.suspended_at or certificate.erased_at
    enrolment = certificate.enrolment
    if out or enrolment is None or enrolment.module.final_test_id is None or not enrolment.may_refresh:
        return ""
    return enrolment.module.code


def renew_missing() -> int:
    """Renew what was refreshed and could not be renewed then (a suspension that was lifted). Idempotent; how many."""
    passed = FinalAttempt.objects.filter(
        attempt__passed_at__isnull=False,
        attempt__occasion__startswith="refresher",
        enrolment__refresher_at__lte=F("attempt__passed_at"),
    ).select_related("attempt", "enrolment")
    waiting = [link for link in passed if link.attempt.occasion == link.enrolment.refresher]
    renewed = for_each(
        waiting,
        lambda link: renew_enrolment(enrolment=link.enrolment, counted=counted_again(link.enrolment, link.attempt)),
    )
    return sum(each is not None for each in renewed)
