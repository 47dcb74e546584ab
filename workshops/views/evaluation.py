"""Evaluation: what participants are asked, what it shows, and the reading of what was written."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from workshops import services
from workshops.forms import EvaluationAnswerForm, ReviewForm
from workshops.models import EvaluationAnswer, EvaluationInvitation, Registration, Wave
from workshops.permissions import invitation_of
from workshops.surveys import ENOUGH
from workshops.views.access import FORM_METHODS, SECTION, account_of, managed_workshop, say

PER_PAGE = 20


@login_required
@require_safe
def evaluation(request: HttpRequest, code: str) -> HttpResponse:
    """What a wave has shown; without a choice the latest that has opened."""
    workshop = managed_workshop(request, code)
    waves = list(workshop.waves.select_related("form", "workshop").order_by("opens_on"))
    wave = _chosen(waves, request.GET.get("wave", ""), timezone.localdate())
    context = {
        **SECTION,
        "workshop": workshop,
        "waves": waves,
        "wave": wave,
        "result": services.wave_result(wave) if wave is not None else None,
        "enough": ENOUGH,
        "today": timezone.localdate(),
    }
    return render(request, "workshops/evaluation.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def evaluation_review(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Read what participants wrote, and take out words about a person, before others read it."""
    workshop = managed_workshop(request, code)
    wave = get_object_or_404(workshop.waves.select_related("form", "workshop"), kind=kind)
    again = request.GET.get("show") == "read"
    answers = EvaluationAnswer.objects.readable(wave).filter(reviewed=again).order_by("question__number", "pk")
    page = Paginator(answers.exclude(text=""), PER_PAGE).get_page(request.GET.get("page"))
    sent = request.POST if request.method == "POST" else None
    form = ReviewForm(sent, answers=page.object_list)
    if form.is_valid():
        try:
            count = form.save(wave=wave, account=account_of(request))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            read = ngettext("%(count)d answer was read.", "%(count)d answers were read.", count) % {"count": count}
            return say(request, read, "evaluation_review", code, kind)
    context = {**SECTION, "workshop": workshop, "wave": wave, "page": page, "form": form, "again": again}
    return render(request, "workshops/evaluation_review.html", context)


@login_required
@never_cache
@require_http_methods(FORM_METHODS)
def evaluation_form(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Ask a participant who is signed in."""
    mine = EvaluationInvitation.objects.visible_to(account_of(request)).select_related("wave__workshop", "wave__form")
    invitation = mine.filter(wave__workshop__code=code, wave__kind=kind).first()
    if invitation is None:
        return _not_asked(request, code, kind)
    return _ask(request, invitation)


@never_cache
@require_http_methods(FORM_METHODS)
def evaluation_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whoever comes from the mail, without signing in."""
    invitation = invitation_of(token)
    if invitation is None:
        raise Http404
    return _ask(request, invitation)


def _ask(request: HttpRequest, invitation: EvaluationInvitation) -> HttpResponse:
    """The questions, or why there are none; after the answer, thanks."""
    wave = invitation.wave
    refusal = "" if invitation.answered else services.why_not_open(wave)
    form = EvaluationAnswerForm(request.POST if request.method == "POST" else None, invitation=invitation)
    if not invitation.answered and not refusal and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect(request.path)
    context = {
        **SECTION,
        "workshop": wave.workshop,
        "wave": wave,
        "form": form,
        "refusal": refusal,
        "answered": invitation.answered,
        "enough": ENOUGH,
    }
    return render(request, "workshops/evaluation_form.html", context)


def _not_asked(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Tell a participant why there is nothing to answer (yet); for everybody else there is no such page."""
    account = account_of(request)
    mine = Registration.objects.ever_confirmed().filter(person=account.person_id)
    waves = Wave.objects.select_related("workshop").filter(workshop__in=mine.values("workshop"))
    wave = get_object_or_404(waves, workshop__code=code, kind=kind)
    later = _("People are asked once they have taken part, at the earliest when the last session begins.")
    context = {**SECTION, "workshop": wave.workshop, "wave": wave, "refusal": services.why_not_open(wave) or later}
    return render(request, "workshops/evaluation_form.html", context)


def _chosen(waves: list[Wave], kind: str, today: date) -> Wave | None:
    """The wave of a kind, otherwise the latest that has opened, otherwise the first."""
    named = [wave for wave in waves if wave.kind == kind]
    opened = [wave for wave in waves if wave.opens_on <= today]
    return next(iter([*named, *reversed(opened), *waves]), None)
