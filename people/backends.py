"""How Django finds out who is asking."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import (
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from core.prepared import Given, Prepared
from people.models import Account, JoinRequest, Role, RoleGrant


class AccountBackend(ModelBackend):
    """The account, its person, whether it has a role and how many people wait for its word in one query: every
    signed-in page needs them."""

    def get_user(self, user_id: int) -> Account | None:
        account: Any = _ACCOUNT.first(pk=user_id)
        if account is not None and not account.has_roles:
            # Nearly everybody: their roles need not be asked for.
            account.active_roles = frozenset()
        return account if account is not None and self.user_can_authenticate(account) else None


def _requests_waiting() -> Coalesce:
    """How many requests to join wait that an account decides about: as `views.join_requests` lists them."""
    deciding = (
        RoleGrant.objects.active()
        .filter(account=OuterRef(OuterRef("pk")))
        .alias(asked_path=ExpressionWrapper(OuterRef("agency__path"), output_field=CharField()))
        .filter(
            Q(role__in=[Role.MANAGER, Role.ADMINISTRATOR])
            | Q(role=Role.COORDINATOR, asked_path__startswith=F("agency__path"))
        )
    )
    waiting = JoinRequest.objects.waiting().exclude(account=OuterRef("pk")).filter(Exists(deciding))
    counted = waiting.order_by().values("state").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _account() -> QuerySet[Account]:
    accounts = Account.objects.select_related("person").annotate(
        has_roles=Exists(RoleGrant.objects.active().filter(account=OuterRef("pk"))),
        requests_waiting=_requests_waiting(),
    )
    return accounts.filter(pk=Given("pk"))


_ACCOUNT: Prepared[Any] = Prepared(_account)
