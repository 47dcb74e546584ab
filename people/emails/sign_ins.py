"""Mails to people about their own account, in the language of the reader."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from mail.services import plan_message
from people.models import Account, Person

# What can happen to the ways in which an account signs in, in words for its owner.
CHANGES = {
    "password_changed": _("Your password was changed."),
    "password_set": _("A password was set for your account."),
    "password_reset": _("A new password was set for your account, by a link from a mail."),
    "totp_activated": _("An authenticator app was added to your account."),
    "totp_deactivated": _("The authenticator app was removed from your account."),
    "webauthn_added": _("A passkey or a security key was added to your account."),
    "webauthn_removed": _("A passkey or a security key was removed from your account."),
    "recovery_codes_generated": _("New recovery codes were made. The older ones do not work any more."),
    "second_factor_reset": _(
        "An administrator took away your second factor and your password because you asked for it. "
        "Sign in with a code by mail and add a new second factor."
    ),
    "email_changed": _("The e-mail address of your account was changed."),
    "email_deleted": _("An e-mail address was removed from your account."),
    "account_connected": _("The sign-in of your ministry was connected with your account."),
    "account_disconnected": _("The sign-in of your ministry was disconnected from your account."),
}


def send_new_device(account: Account, *, browser: str, occasion: int, at: datetime) -> None:
    """Ask whether it was the owner who signed in somewhere for the first time."""
    _send(account, "people/new_device", {"browser": browser}, occasion=occasion, at=at)


def send_sign_in_changed(
    account: Account, *, change: str, browser: str, occasion: int, at: datetime, address: str = ""
) -> None:
    """Tell the owner what changed in how the account signs in (a key of CHANGES)."""
    context = {"change": CHANGES[change], "browser": browser}
    _send(account, "people/sign_in_changed", context, occasion=occasion, at=at, address=address)


def _send(
    account: Account, template: str, context: dict[str, object], *, occasion: int, at: datetime, address: str = ""
) -> None:
    """Plan it for the account's own address. An account without a person has nobody to write to by name."""
    person = account.person
    if person is None:
        return
    own = {
        # As a clock at the reader's place shows it, whatever zone the server is in.
        "at": at.astimezone(ZoneInfo(person.time_zone)).replace(tzinfo=None),
        "zone": person.time_zone,
        "sessions": _page(person, "usersessions_list"),
        "support": settings.SUPPORT_EMAIL,
    }
    plan_message(
        key=f"account:{account.pk}:{template.partition('/')[2]}:{occasion}",
        recipient=person,
        template=template,
        context={**context, **own},
        address=address or account.email,
    )


def _page(person: Person, name: str) -> str:
    with override(person.language):
        return f"{settings.SITE_ADDRESS}{reverse(name)}"
