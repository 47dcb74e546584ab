"""How an account signs in: what is noted and told to its owner, and what an administrator does about a lost factor."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from people import emails
from people.errors import PeopleError
from people.models import Account
from people.permissions import can_help_with_sign_in


@transaction.atomic
def note_sign_in(*, account: Account, methods: list[str], browser: str, is_known_device: bool) -> None:
    """Record that an account signed in; on a device that it never used before, its owner is asked by mail.

    `methods` are the proofs in their order (code, password, mfa …), `browser` is a name in words, or empty.
    """
    after = {"methods": methods, "browser": browser, "new_device": not is_known_device}
    event = record("people.signed_in", obj=account, actor=account, subject=account.person, after=after)
    if not is_known_device:
        emails.send_new_device(account, browser=browser, occasion=event.pk, at=event.at)


@transaction.atomic
def note_sign_in_change(*, account: Account, change: str, browser: str, address: str = "") -> None:
    """Record a change of how an account signs in (a key of `emails.CHANGES`), and tell its owner by mail.

    The mail goes to `address` when one is given: of two e-mails, the one that is not the account's any more.
    """
    event = record(f"people.{change}", obj=account, subject=account.person, after={"browser": browser})
    emails.send_sign_in_changed(
        account, change=change, browser=browser, occasion=event.pk, at=event.at, address=address
    )


@transaction.atomic
def renew_session(*, session: SessionBase) -> None:
    """Give a session another key after a fresh proof: whoever knows the old one has nothing any more."""
    before = session.session_key
    session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=session.session_key)


@transaction.atomic
def end_session(*, session: UserSession) -> None:
    """End one session of an account: whoever sits there is asked to sign in again."""
    account = session.user
    session.end()
    record("people.session_ended", obj=account, subject=account.person)


@transaction.atomic
def reset_second_factor(*, account: Account, actor: Account, reason: str) -> None:
    """Take away every factor of somebody who lost them, the password too, and end all sessions.

    The owner of the mailbox signs in by code afterwards and adds a new one; nobody sees or chooses a secret for another
    person. Raises PeopleError for whoever may not, for the own account (whoever is signed in still has the factor), and
    without a reason.
    """
    if not can_help_with_sign_in(actor):
        raise PeopleError(_("Only an administrator takes away the second factor of somebody else."))
    if account.pk == actor.pk:
        raise PeopleError(_("Change your own second factor on the page of your account."))
    if not reason.strip():
        raise PeopleError(_("Say how you know that it is this person who asks."))
    factors = Authenticator.objects.filter(user=account).select_for_update()
    kinds = sorted(factors.values_list("type", flat=True))
    factors.delete()
    # A new unusable password makes every session of before invalid, also those that nothing lists.
    account.set_unusable_password()
    account.save(update_fields=["password"])
    for session in UserSession.objects.filter(user=account):
        session.end()
    event = record(
        "people.second_factor_reset",
        obj=account,
        actor=actor,
        subject=account.person,
        before={"factors": kinds},
        reason=reason.strip(),
    )
    emails.send_sign_in_changed(account, change="second_factor_reset", browser="", occasion=event.pk, at=event.at)
