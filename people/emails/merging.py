"""Messages to people whose account came to another record, or was closed, by a merge of two records about them."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from mail.services import plan_message
from people.models import Account, Merge


def records_merged(merge: Merge, addresses: Iterable[str]) -> None:
    """Tell every address that signs in to the record what became of its accounts."""
    _plan(merge, "people/records_merged", "merged", addresses)


def merge_undone(merge: Merge, addresses: Iterable[str]) -> None:
    """Tell them that there are two records again, each with its own account."""
    _plan(merge, "people/merge_undone", "undone", addresses)


def _plan(merge: Merge, template: str, occasion: str, addresses: Iterable[str]) -> None:
    account = Account.objects.filter(person=merge.kept).first()
    with override(merge.kept.language):
        context = {
            "email": account.email if account else "",
            "support": settings.SUPPORT_EMAIL,
            "page": settings.SITE_ADDRESS + reverse("own_data"),
        }
    for number, address in enumerate(sorted(addresses), start=1):
        plan_message(
            key=f"merge:{merge.pk}:{occasion}:{number}",
            recipient=merge.kept,
            template=template,
            context=context,
            address=address,
        )
