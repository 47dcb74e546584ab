"""What everybody sees: the list of workshops and the page of one. Nobody sees who is registered."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.services import terms_for
from core.errors import DomainError
from core.shared_pages import seen_alike
from people.permissions import person_of
from workshops import rule_words, services
from workshops.attendance import minutes_for
from workshops.forms import WorkshopFilterForm
from workshops.models import EvaluationInvitation, OutlinePage, PhaseAttempt, Registration, Session, Workshop
from workshops.models.schedule import WorkshopQuerySet
from workshops.permissions import (
    can_ask_for_workshops,
    can_help,
    can_manage,
    can_nominate,
    can_schedule_workshops,
    invitation_token,
)
from workshops.views.access import FORM_METHODS, SECTION, account_of, language, refuse
from workshops.views.proceedings import for_the_page
from workshops.zones import local

PER_PAGE = 30
# States in which a person is asked for an answer.
ASKED = {Registration.State.INVITED, Registration.State.OFFERED}


@seen_alike
@require_safe
def workshops(request: HttpRequest) -> HttpResponse:
    """The list: what comes next, or what is over; narrowed by what it is about, for whom, where and when."""
    today = timezone.localdate()
    seen = Workshop.objects.seen_by(account_of(request))
    past = request.GET.get("when") == "past"
    listed = seen.past(today) if past else seen.upcoming(today)
    months = sorted(set(listed.values_list(TruncMonth("starts_on"), flat=True)), reverse=past)
    form = WorkshopFilterForm(request.GET, months=months)
    found = narrowed(listed, form)
    month = form.chosen.get("month")
    if month is not None:
        found = found.filter(starts_on__year=month.year, starts_on__month=month.month)
    page = Paginator(found.with_card(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **SECTION,
        "page": page,
        "form": form,
        "query": f"{'when=past&' if past else ''}{form.query}",
        "past": past,
        "clear": f"{reverse('workshops')}{'?when=past' if past else ''}",
        "may_schedule": can_schedule_workshops(account_of(request)),
        "may_ask": can_ask_for_workshops(account_of(request)),
        "may_nominate": can_nominate(account_of(request)) and not past,
    }
    return render(request, "workshops/workshops.html", context)


def narrowed(found: WorkshopQuerySet, form: WorkshopFilterForm) -> WorkshopQuerySet:
    """The workshops that a filter lets through, whatever their time."""
    chosen = form.chosen
    if "language" in chosen:
        found = found.filter(language=chosen["language"])
    return found.about(aspect=chosen.get("aspect", ""), agency_kind=chosen.get("agency", "")).at_place(
        chosen.get("place", "")
    )


@seen_alike
@require_safe
def workshop(request: HttpRequest, code: str) -> HttpResponse:
    """What a workshop is about, day by day, and what its certificate asks for."""
    seen = Workshop.objects.seen_by(account_of(request)).with_card().select_related("test")
    shown = get_object_or_404(seen, code=code)
    sessions = list(shown.sessions.select_related("room"))
    page = _outline_page(shown)
    registration = _own_registration(request, shown)
    manages = request.user.is_authenticated and can_manage(account_of(request), shown)
    planned = sum(each.planned_minutes for each in sessions if each.required)
    context = {
        **SECTION,
        "workshop": shown,
        "page": page,
        "days": _days(sessions, page),
        "planned_minutes": planned,
        "needed_minutes": minutes_for(planned, shown.threshold),
        "pools": list(shown.pools.select_related("agency")),
        "manages": manages,
        "helps": request.user.is_authenticated and not manages and can_help(account_of(request), shown),
        "nominates": can_nominate(account_of(request)),
        "open_to_all": shown.lets_register(timezone.localdate()),
        **_own_part(shown, registration),
        **for_the_page(request, shown, registration, manages=manages),
    }
    return render(request, "workshops/workshop.html", context)


def _outline_page(workshop: Workshop) -> OutlinePage | None:
    if workshop.outline is None:
        return None
    pages = OutlinePage.objects.filter(translation_key=workshop.outline.translation_key, live=True)
    return pages.select_related("locale").best_first(language()).first()


def _days(sessions: list[Session], page: OutlinePage | None) -> list[dict[str, Any]]:
    """Sessions by day, each with the agenda that the outline has for it."""
    agendas = list(page.agenda) if page else []
    by_day = groupby(sorted(sessions, key=lambda each: (each.day, each.starts_at)), key=lambda each: each.day)
    return [
        {"date": day, "rows": list(_rows(held)), "agenda": agendas[place] if place < len(agendas) else None}
        for place, (day, held) in enumerate(by_day)
    ]


def _rows(sessions: Iterable[Session]) -> Iterator[dict[str, Any]]:
    """Sessions of a day, and the breaks in which no track sits."""
    now, last = timezone.now(), None
    for session in sessions:
        if last is not None and session.starts_at > last.ends_at:
            zone = session.workshop.zone
            yield {"from": local(last.ends_at, zone).time(), "to": local(session.starts_at, zone).time()}
        if last is None or session.ends_at > last.ends_at:
            last = session
        yield {"session": session, "ahead": session.ends_at > now and not session.workshop.is_stopped}


def _own_registration(request: HttpRequest, workshop: Workshop) -> Registration | None:
    if not request.user.is_authenticated or request.user.person_id is None:
        return None
    mine = Registration.objects.active().filter(workshop=workshop, person=request.user.person_id)
    return mine.select_related("agency").first()


def _own_part(workshop: Workshop, registration: Registration | None) -> dict[str, Any]:
    """How the reader stands, and which tests are open."""
    if registration is None:
        return {"registration": None}
    found = services.standings(workshop, [registration])
    return {
        "registration": registration,
        "answer": invitation_token(registration) if registration.state in ASKED else "",
        "standing": found[registration.pk],
        "lines": rule_words.lines(services.explanations(workshop, [registration], found)[registration.pk]),
        "tests": _own_tests(workshop, registration) if workshop.test_id is not None else [],
        "evaluation": _own_evaluation(registration),
    }


def _own_evaluation(registration: Registration) -> EvaluationInvitation | None:
    """The evaluation for which the reader is asked and has not answered."""
    mine = EvaluationInvitation.objects.filter(registration=registration).waiting(timezone.localdate())
    return mine.select_related("wave").order_by("wave__opens_on").first()


def _own_tests(workshop: Workshop, registration: Registration) -> list[dict[str, Any]]:
    """The test before and after as they are for the reader: what was handed in, what is open, what can be begun."""
    confirmed = registration.state == Registration.State.CONFIRMED
    return [
        {
            "phase": phase,
            "begun": next((link.attempt for link in made if link.attempt.submitted_at is None), None),
            "done": next((link.attempt for link in reversed(made) if link.attempt.submitted_at is not None), None),
            "offered": confirmed and workshop.offers_test(phase),
        }
        for phase, made in services.phase_attempts(registration).items()
    ]


@login_required
@require_http_methods(FORM_METHODS)
def phase_test(request: HttpRequest, code: str, phase: str) -> HttpResponse:
    """Say the rules of the test before or after; a POST begins it, or goes on with it."""
    mine = Registration.objects.active().filter(person=person_of(request.user), workshop__code=code)
    registration = get_object_or_404(mine.select_related("workshop__test", "person", "agency"))
    if phase not in PhaseAttempt.Phase.values:
        return redirect("workshop", code)
    if request.method != "POST":
        return _before_the_test(request, registration, phase)
    try:
        attempt = services.start_phase_test(registration=registration, phase=phase, language=language())
    except DomainError as error:
        return refuse(request, error, "workshop", code)
    return redirect(f"{reverse('attempt', args=[attempt.pk])}?next={reverse('workshop', args=[code])}")


def _before_the_test(request: HttpRequest, registration: Registration, phase: str) -> HttpResponse:
    """The rules, and the button where the test can be begun."""
    workshop, test, now = registration.workshop, registration.workshop.test, timezone.now()
    if test is None:
        return redirect("workshop", workshop.code)
    terms = terms_for(test=test, person=registration.person, agency=registration.agency)
    made = services.phase_attempts(registration)[phase]
    left = None if terms.attempts_limit is None else max(0, terms.attempts_limit - len(made))
    # The two forms ask for the same number of questions.
    first = test.sections.order_by("form").values("form")[:1]
    context = {
        **SECTION,
        "workshop": workshop,
        "phase": phase,
        "test": test,
        "terms": terms,
        "not_yet": terms.not_yet(now),
        "no_longer": terms.no_longer(now),
        "tries_left": left,
        "questions": test.sections.filter(form=first).size(),
        "begun": any(link.attempt.submitted_at is None for link in made),
        "offered": registration.state == Registration.State.CONFIRMED and workshop.offers_test(phase),
    }
    return render(request, "workshops/phase_test.html", context)
