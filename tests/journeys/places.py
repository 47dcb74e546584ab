"""What stands in addresses of workshops: things that a page shows, made in the demonstration by the services."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from people.models import Account, Agency, Membership
from workshops.meetinglogs import Entry
from workshops.models import EvaluationInvitation, Registration, Session, Workshop
from workshops.permissions import evaluation_token, invitation_token
from workshops.services import (
    CheckInPlace,
    add_material,
    add_recommendation,
    ask_for_correction,
    check_in_token,
    keep_log,
    messages_about,
    register_oneself,
    save_action_plan,
)


def places_of_workshops(learner: Account, facilitator: Account, coordinator: Account) -> dict[str, Any]:
    """By name, what the addresses of pages of IW-02 (running), IW-03 (to come) and RW-08 are filled in with."""
    running, coming = Workshop.objects.get(code="IW-02"), Workshop.objects.get(code="IW-03")
    agencies = Agency.objects.coordinated_by(coordinator)
    going, invited = (each.registrations.get(person=learner.person) for each in (running, coming))
    held, now_on = (running.sessions.get(number=number) for number in (1, 5))
    save_action_plan(registration=going, what="Hang up the referral map.")
    asked = EvaluationInvitation.objects.filter(wave__workshop__code="RW-06", answered=False).earliest("pk")
    nominee = coming.registrations.active().filter(agency__in=agencies).earliest("pk")
    return {
        "material": _material(running, facilitator),
        "recommendation": _recommendation(running, facilitator, nominee.agency),
        "change": _change(going, held, learner),
        "log": _log(now_on, facilitator, learner),
        "message": messages_about(coming).filter(state="planned").earliest("pk").pk,
        "pass_code": going.pass_code,
        "check_in": check_in_token(CheckInPlace(now_on, "qr")),
        "invitation": invitation_token(invited),
        "evaluation": evaluation_token(asked),
        "nominee": nominee.person.public_code,
        "applicant": _applicant(agencies, coordinator, facilitator),
    }


def _material(workshop: Workshop, actor: Account) -> int:
    now = timezone.now()
    return add_material(workshop=workshop, title="Slides", link="https://example.org/", released_at=now, actor=actor).pk


def _recommendation(workshop: Workshop, actor: Account, agency: Agency) -> int:
    return add_recommendation(workshop=workshop, text="One referral map.", agency=agency, actor=actor).number


def _change(registration: Registration, session: Session, actor: Account) -> int:
    record = session.records.get(registration=registration)
    status = "absent" if record.status != "absent" else "present"
    return ask_for_correction(
        registration=registration, session=session, status=status, reason="A mistake.", actor=actor
    ).pk


def _log(session: Session, actor: Account, guest: Account) -> int:
    since, until = session.starts_at, session.starts_at + timedelta(minutes=30)
    entries = [Entry(2, str(guest.person), "", since, until), Entry(3, "iPhone", "", since, until)]
    return keep_log(session=session, name="log.csv", sha256="0" * 64, entries=entries, actor=actor).pk


def _applicant(agencies: Any, coordinator: Account, actor: Account) -> str:
    """Somebody of the coordinator's agencies who asked for a place in RW-08 and waits for approval."""
    workshop = Workshop.objects.get(code="RW-08")
    Workshop.objects.filter(pk=workshop.pk).update(self_registration=True, approval=Workshop.Approval.AGENCY)
    known = workshop.registrations.values("person")
    members = Membership.objects.current().filter(agency__in=agencies, primary=True).exclude(person__in=known)
    person = members.exclude(person=coordinator.person).earliest("person").person
    return register_oneself(workshop=workshop, person=person, actor=actor).person.public_code
