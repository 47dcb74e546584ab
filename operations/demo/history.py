"""What happened by itself in the past of the demonstration: certificates were sealed, messages went out."""

from datetime import datetime, timedelta

from django.db.models import F

from certificates.models import Certificate
from certificates.services import lift_suspension, revoke, seal, suspend
from mail.models import Message
from operations.demo.clock import at
from operations.demo.people import World


def settle(world: World, now: datetime) -> None:
    """Seal what was earned at the time it was earned, and count messages of the past as sent: nobody is mailed now.

    A name that the typeface cannot draw leaves its certificates pending, with the letters named.
    """
    for certificate in Certificate.objects.unsealed().order_by("issued_at", "pk"):
        with at(certificate.issued_at + timedelta(minutes=1)):
            seal(certificate=certificate)
    _change_standing(world, now)
    # Sent one by one by the worker in its time; no service says so of the past.
    past = Message.objects.filter(state=Message.State.PLANNED, send_after__lte=now)
    past.update(state=Message.State.SENT, sent_at=F("send_after"))


def _change_standing(world: World, now: datetime) -> None:
    """A few certificates are not in force any more, or were not for a while."""
    manager = world.accounts["manager"]
    sealed = Certificate.objects.filter(sealed_at__isnull=False, issued_at__lt=now - timedelta(days=40))
    others = sealed.exclude(person__account__in=list(world.accounts.values())).order_by("issued_at", "pk")
    first, second, third, fourth = others[10::30][:4]
    with at(now - timedelta(days=21)):
        revoke(certificate=first, reason="Выдан на чужое имя / issued in the wrong name", actor=manager)
    with at(now - timedelta(days=9)):
        suspend(certificate=second, reason="Результат проверяется / the result is being checked", actor=manager)
        suspend(certificate=third, reason="Результат проверяется / the result is being checked", actor=manager)
    with at(now - timedelta(days=16)):
        suspend(certificate=fourth, reason="Уточняется имя / the name is being checked", actor=manager)
    with at(now - timedelta(days=13)):
        lift_suspension(certificate=fourth, reason="Имя подтверждено / the name is confirmed", actor=manager)
