"""What every page of a test begins with: the person's own attempt, the language of the page, the way back."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from assessments.models import Attempt
from assessments.services import submit_attempt
from core.prepared import Given, Prepared
from people.models import Account


def own_attempt(request: HttpRequest, pk: int) -> Attempt:
    """The person's own attempt, handed in if its time is over; 404 for somebody else's."""
    found = _OWN.first(pk=pk, person=getattr(request.user, "person_id", None))
    if found is None:
        raise Http404
    return submit_attempt(attempt=found) if found.is_overdue(timezone.now()) else found


def _own() -> QuerySet[Attempt]:
    mine = Attempt.objects.visible_to(Account(person_id=Given("person")))
    return mine.filter(pk=Given("pk")).select_related("test", "person", "agency")


_OWN = Prepared(_own)


def language() -> str:
    """The language in which the page is read."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def way_back(request: HttpRequest) -> str:
    """Where the person came from and wants back to, in the language of the page; only addresses of this site."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    return translate_url(address, language()) if is_ours(request, address) else ""


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether an address leads to a page of this site."""
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


def query(request: HttpRequest, **more: Any) -> str:
    """The query that keeps the way back, with what else it says; empty when it says nothing."""
    address = way_back(request)
    values = {**more, **({"next": address} if address else {})}
    return f"?{urlencode(values)}" if values else ""


def to(request: HttpRequest, name: str, sitting: Attempt) -> HttpResponse:
    """Go to another page of the attempt, the way back in the hand."""
    return redirect(reverse(name, args=[sitting.pk]) + query(request))
