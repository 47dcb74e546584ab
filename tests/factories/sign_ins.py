"""Proofs with which accounts sign in during tests."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from people.models import Account

PASSWORD = "a-password-of-the-test"
PERIOD = 30  # seconds for which a code of an app is shown


def give_password(account: Account, password: str = PASSWORD) -> Account:
    """Let an account sign in by password."""
    account.set_password(password)
    account.save()
    return account


def give_app(account: Account) -> str:
    """Add an authenticator app and return the secret that it keeps."""
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    return secret


def code_of_app(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD))


def give_recovery_codes(account: Account) -> list[str]:
    """Make recovery codes and return them."""
    return RecoveryCodes.activate(account).get_unused_codes()


def prove_now(client: Client) -> None:
    """Let a client that is signed in have proven a moment ago who it is, as by a code that came by mail."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


def factors_of(account: Account) -> list[str]:
    return sorted(Authenticator.objects.filter(user=account).values_list("type", flat=True))
