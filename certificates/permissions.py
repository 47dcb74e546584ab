"""Who may do what with certificates, as small named questions."""

from certificates.models import Certificate
from people.models import Account


def can_change_standing(account: Account, certificate: Certificate) -> bool:
    """Managers and administrators suspend, revoke and issue anew; nobody does so with the own certificate."""
    return account.is_authenticated and account.sees_everybody and account.person_id != certificate.person_id
