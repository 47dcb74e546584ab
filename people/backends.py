"""How Django finds out who is asking."""

from django.contrib.auth.backends import ModelBackend

from people.models import Account


class AccountBackend(ModelBackend):
    """The account and its person in one query: every signed-in page needs both."""

    def get_user(self, user_id: int) -> Account | None:
        account = Account.objects.select_related("person").filter(pk=user_id).first()
        return account if account is not None and self.user_can_authenticate(account) else None
