"""What docs/operations/sign-in.md says of proofs and limits is what the settings do."""

from allauth.account import app_settings as of_accounts
from allauth.mfa import app_settings as of_factors
from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators

PAGE = settings.BASE_DIR / "docs" / "operations" / "sign-in.md"
LIMITED = {
    "wrong passwords, wrong codes of an app": ["login_failed"],
    "codes by mail, links for a password": ["request_login_code", "reset_password"],
    "codes to join, tries of one": ["join", "join_code"],
    "opening a link for a password": ["reset_password_from_key"],
    "tries to sign in, passkeys": ["login", "webauthn_login"],
}
FACTORS = {"totp": "authenticator app", "webauthn": "security key", "recovery_codes": "recovery code"}


def table(head: str) -> dict[str, list[str]]:
    """The rows of the table below a line of the page, by what stands first in them."""
    _before, _head, rest = PAGE.read_text(encoding="utf-8").partition(f"{head}\n")
    lines = rest.partition("\n\n")[0].splitlines()[1:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: cells for name, *cells in rows}


def in_words(rates: str) -> list[str]:
    """A limit as the page says it, for an account and for an address: "5/5m/key" is "5 in 5 minutes"."""
    said = {"key": "–", "ip": "–"}
    for rate in rates.split(","):
        count, period, whom = rate.split("/")
        said[whom] = f"{count} a minute" if period == "m" else f"{count} in {period.removesuffix('m')} minutes"
    return list(said.values())


def test_the_limits_of_signing_in_are_those_of_the_page():
    rates = settings.ACCOUNT_RATE_LIMITS | settings.MFA_RATE_LIMITS
    said = table("| what | for one account | for one address |")

    assert said.keys() == LIMITED.keys()
    for what, names in LIMITED.items():
        assert [in_words(rates[name]) for name in names] == [said[what]] * len(names), what


def test_the_ways_in_are_those_of_the_page_with_what_they_are_worth():
    said = table("| proof | what it is worth |")
    [length] = [each for each in get_default_password_validators() if isinstance(each, MinimumLengthValidator)]

    assert list(said) == ["code by mail", "passkey", "password", "authenticator app, security key", "recovery code"]
    assert (settings.ACCOUNT_LOGIN_BY_CODE_ENABLED, settings.MFA_PASSKEY_LOGIN_ENABLED) == (True, True)
    assert "Fifteen minutes, three tries" in said["code by mail"][0]
    assert (of_accounts.LOGIN_BY_CODE_TIMEOUT, of_accounts.LOGIN_BY_CODE_MAX_ATTEMPTS) == (15 * 60, 3)
    assert f"At least {length.min_length} characters" in said["password"][0]
    assert set(settings.MFA_SUPPORTED_TYPES) == FACTORS.keys()
    assert [word for word in FACTORS.values() if not any(word in name for name in said)] == []
    assert ("Ten of them" in said["recovery code"][0], of_factors.RECOVERY_CODE_COUNT) == (True, 10)
