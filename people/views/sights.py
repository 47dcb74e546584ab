"""Who can see a person, and why."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from audit.services import record
from people import services
from people.models import Person
from people.permissions import can_read_sights, person_of
from people.views.access import SECTION, account_of


@login_required
@require_safe
def who_sees_me(request: HttpRequest) -> HttpResponse:
    """Everybody who can see the own record now, with the reason."""
    person = person_of(account_of(request))
    context = {"section": "my", "person": person, "sights": services.who_sees(person=person), "own": True}
    return render(request, "people/who_sees.html", context)


@login_required
@require_safe
def who_sees_person(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody who can see a person now, for whoever looks after the person's agency."""
    account = account_of(request)
    person = get_object_or_404(Person.objects.visible_to(account), public_code=code)
    if not can_read_sights(account, person):
        raise Http404
    record("people.sights_read", obj=person, actor=account, subject=person)
    sights = services.who_sees(person=person)
    return render(request, "people/who_sees.html", {**SECTION, "person": person, "sights": sights, "own": False})
