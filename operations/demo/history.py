"""What happened by itself in the past of the demonstration: certificates were sealed, messages went out."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from certificates.models import Certificate
from certificates.services import lift_suspension, reissue, revoke, seal, suspend
from mail.models import Message
from mail.services import PAUSES
from operations.demo.clock import at
from operations.demo.people import World
from workshops.models import Workshop
from workshops.services import messages_about, stop_planned_message

# A certificate about which something was found out was issued at least so long ago.
OLD_ENOUGH = timedelta(days=40)
# What the mail servers of two agencies answered, for good.
REFUSALS = (
    "SMTPRecipientsRefused: 550 5.1.1 User unknown",
    "SMTPRecipientsRefused: 552 5.2.2 Mailbox full",
)


def settle(world: World, now: datetime) -> None:
    """Seal what was earned at the time it was earned, and count messages of the past as sent: nobody is mailed now.

    A name that the typeface cannot draw leaves its certificates pending, with the letters named.
    """
    _seal_all()
    _change_standing(world, now)
    _issue_anew(world, now)
    _seal_all()
    deliver(now)
    _give_up()
    _stop_one(world, now)


def deliver(until: datetime) -> None:
    """Count what was to go until a moment as sent in its time, as the worker would have done; no service says so.

    To be called before plans change: what has gone by then cannot be cancelled any more.
    """
    gone = Message.objects.filter(state=Message.State.PLANNED, send_after__lte=until)
    gone.update(state=Message.State.SENT, sent_at=F("send_after"))


def _seal_all() -> None:
    for certificate in Certificate.objects.unsealed().order_by("issued_at", "pk"):
        with at(certificate.issued_at + timedelta(minutes=1)):
            seal(certificate=certificate)


def _others(world: World, now: datetime) -> QuerySet[Certificate]:
    """Valid certificates of some age, of people without a story of their own, the oldest first."""
    valid = Certificate.objects.standing().filter(
        sealed_at__isnull=False, suspended_at__isnull=True, issued_at__lt=now - OLD_ENOUGH
    )
    valid = valid.exclude(expires_at__lte=now).exclude(person__account__in=list(world.accounts.values()))
    return valid.select_related("person").order_by("issued_at", "pk")


def _change_standing(world: World, now: datetime) -> None:
    """A few certificates are not in force any more, or were not for a while."""
    manager = world.accounts["manager"]
    first, second, third, fourth = _others(world, now)[10::30][:4]
    with at(now - timedelta(days=21)):
        revoke(certificate=first, reason="Выдан на чужое имя / issued in the wrong name", actor=manager)
    with at(now - timedelta(days=9)):
        suspend(certificate=second, reason="Результат проверяется / the result is being checked", actor=manager)
        suspend(certificate=third, reason="Результат проверяется / the result is being checked", actor=manager)
    with at(now - timedelta(days=16)):
        suspend(certificate=fourth, reason="Уточняется имя / the name is being checked", actor=manager)
    with at(now - timedelta(days=13)):
        lift_suspension(certificate=fourth, reason="Имя подтверждено / the name is confirmed", actor=manager)


def _issue_anew(world: World, now: datetime) -> None:
    """One name was spelt another way than in the passport; what was revoked is issued anew; one expired is renewed."""
    manager = world.accounts["manager"]
    # First names are transliterated from Belarusian; a passport may have the Russian form.
    misspelt = _others(world, now).filter(person__name_latin__startswith="Ihar ")[0]
    with at(now - timedelta(days=11)):
        reissue(
            certificate=misspelt,
            name_latin=misspelt.person.name_latin.replace("Ihar", "Igor", 1),
            reason="Имя как в паспорте / the given name as in the passport",
            actor=manager,
        )
    revoked = Certificate.objects.select_related("person").get(revoked_at__isnull=False)
    with at(now - timedelta(days=20)):
        reissue(
            certificate=revoked,
            name_latin=revoked.person.name_latin,
            reason="Учётная запись разделена / the shared account was separated",
            actor=manager,
        )
    expired = Certificate.objects.standing().filter(sealed_at__isnull=False, expires_at__lt=now - timedelta(days=8))
    renewed = expired.select_related("person").earliest("expires_at", "pk")
    with at(now - timedelta(days=7)):
        reissue(
            certificate=renewed,
            name_latin=renewed.person.name_latin,
            reason="Модуль пройден ещё раз / the module was gone through again",
            actor=manager,
        )


def _give_up() -> None:
    """Two messages never arrived, whatever was tried."""
    sent = Message.objects.filter(state=Message.State.SENT, key__contains=":reminder:").order_by("-send_after", "pk")
    for message, refusal in zip(sent[:2], REFUSALS, strict=True):
        message.state, message.sent_at = Message.State.FAILED, None
        message.failures, message.failure = len(PAUSES) + 1, refusal
        message.save(update_fields=["state", "sent_at", "failures", "failure"])


def _stop_one(world: World, now: datetime) -> None:
    """The facilitator has spoken with somebody and stopped the reminder."""
    workshop, facilitator = Workshop.objects.get(code="IW-03"), world.accounts["facilitator"]
    waiting = messages_about(workshop).filter(state=Message.State.PLANNED).order_by("send_after", "pk")
    of_others = waiting.exclude(recipient=facilitator.person)
    with at(now - timedelta(days=1)):
        stop_planned_message(workshop=workshop, message=of_others[3], actor=facilitator)
