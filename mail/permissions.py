"""What a mail alone permits: to stop messages of its kind, for whoever reads it."""

from django.core import signing

_SALT = "mail.stop"


def stop_token(recipient: int, kind: str) -> str:
    """Return what stands in the address under which a reader stops messages of a kind: always the same for one."""
    return signing.Signer(salt=_SALT).sign_object([recipient, kind])


def read_stop_token(token: str) -> tuple[int, str] | None:
    """Return whose messages of which kind an address stops; None for one that we did not write."""
    try:
        recipient, kind = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(recipient), str(kind)
