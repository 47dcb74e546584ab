"""The discussion of a module: what the own cohort asks and answers, what is kept of it, and what waits to be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.services import record
from core.errors import DomainError
from courses import cohorts, services
from courses.forms.discussion import (
    AnswerForm,
    ComplaintForm,
    HidingForm,
    KeepingForm,
    NamedAnswerForm,
    QuestionForm,
)
from courses.models import Contribution, ContributionQuerySet, KeptAnswer, Module, Reach, reach_of
from courses.permissions import (
    can_look_after_discussions,
    objection_to_keeping,
    objection_to_moderation,
    objection_to_taking_back,
)
from courses.views.access import FORM_METHODS, account_of, language, refuse, say, sign_in_to_discuss
from people.permissions import reader_of

PER_PAGE, KEPT_PER_PAGE, FIRST_KEPT = 20, 10, 3
SECTION = {"section": "modules"}


@dataclass(frozen=True)
class Line:
    """A contribution as one reader sees it."""

    contribution: Contribution
    name: str
    own: bool
    moderated: bool
    cohort: str = ""
    kept: KeptAnswer | None = None


def _lines(found: Iterable[Contribution], reach: Reach) -> list[Line]:
    """Contributions with names as the reader may read them, and those of cohorts where there are several."""
    listed = list(found)
    foreign = {each.cohort for each in listed if reach.cohorts.get(each.module_id) != each.cohort}
    names = cohorts.named(foreign) if foreign else {}
    return [
        Line(
            each,
            _name(each, reach),
            own=each.person_id == reach.person_id,
            moderated=objection_to_moderation(reach, each) is None,
            cohort=names.get(each.cohort, ""),
            kept=next(iter(getattr(each, "standing_kept", [])), None),
        )
        for each in listed
    ]


def _name(contribution: Contribution, reach: Reach) -> str:
    """By whom it is: fellow learners read a first name with an initial, or none if that was wished."""
    person = contribution.person
    if not contribution.text:
        return _("Somebody whose data were erased")
    if person.pk == reach.person_id:
        return _("You")
    if contribution.written_as != Contribution.As.LEARNER or reach.moderates(contribution.cohort):
        return str(person.full_name)
    if contribution.unnamed:
        return _("Somebody of your cohort")
    return f"{person.given_name} {person.family_name[:1]}."


def _module(code: str) -> Module:
    return get_object_or_404(Module.objects.with_title(language()), code=code)


def _offered(code: str) -> Module:
    return get_object_or_404(Module.objects.offered().with_title(language()), code=code)


def _noted(request: HttpRequest, seen: Any, **what: Any) -> None:
    """Managers who read names are noted."""
    reader = reader_of(request)
    if reader.sees_everybody:
        record("courses.discussion_read", obj=seen, actor=reader, after=what)


# --- The discussion of a module --------------------------------------------------------------------------------------


@never_cache
@sign_in_to_discuss
@require_http_methods(FORM_METHODS)
def discussion(request: HttpRequest, code: str) -> HttpResponse:
    """What the own cohort asks about a module, the newest first, and what is kept from earlier ones; ask here."""
    account, module = account_of(request), _offered(code)
    reach = reach_of(account)
    takes = module.pk in reach.cohorts
    form = QuestionForm(request.POST or None, module=module, account=account) if takes else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied(_("Enrol in the module to take part in its discussion."))
        asked = _saved(form)
        if asked is not None:
            return say(request, _("Your question is asked."), "discussion_question", code, asked.pk)
    found = _questions(reach).filter(module=module).order_by("-written_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    _noted(request, module, page=page.number)
    kept = KeptAnswer.objects.visible_to(account).filter(module=module)
    context = {
        **SECTION,
        "module": module,
        "page": page,
        "lines": _lines(page, reach),
        "form": form,
        "takes": takes,
        "cohort": cohorts.named([reach.cohorts[module.pk]])[reach.cohorts[module.pk]] if takes else "",
        "moderates": reach.moderates_any,
        "kept": kept.best_first(language())[:FIRST_KEPT],
        "kept_count": kept.count(),
    }
    return render(request, "courses/discussion.html", context)


def _questions(reach: Reach) -> ContributionQuerySet:
    return Contribution.objects.within(reach).questions().with_answers().select_related("person")


def _saved(form: Any) -> Any:
    """What came of a form, or None with what is wrong in the form."""
    if not form.is_valid():
        return None
    try:
        return form.save()
    except DomainError as error:
        form.add_error(None, str(error))
    return None


@never_cache
@sign_in_to_discuss
@require_safe
def kept_answers(request: HttpRequest, code: str) -> HttpResponse:
    """Answers that earlier cohorts left behind, those in the language of the reader first."""
    module = _offered(code)
    found = KeptAnswer.objects.visible_to(account_of(request)).filter(module=module).best_first(language())
    page = Paginator(found, KEPT_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "courses/kept_answers.html", {**SECTION, "module": module, "page": page})


@never_cache
@sign_in_to_discuss
@require_http_methods(FORM_METHODS)
def question(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A question with its answers; answer here."""
    account, reach = account_of(request), reach_of(account_of(request))
    asked = get_object_or_404(_questions(reach), module__code=code, pk=pk)
    module = _module(code)
    part = AnswerForm if reach.moderates(asked.cohort) and asked.person_id != reach.person_id else NamedAnswerForm
    may_answer = asked.is_shown and (module.pk in reach.cohorts or reach.moderates(asked.cohort))
    form = part(request.POST or None, question=asked, account=account) if may_answer else None
    if request.method == "POST":
        if form is None:
            return refuse(request, _closed(), "discussion_question", code, pk)
        answer = _saved(form)
        if answer is not None:
            return redirect(f"{request.path}?page=last#answer-{answer.pk}")
    answers = Contribution.objects.within(reach).filter(question=asked).select_related("person")
    page = Paginator(answers.with_kept(), PER_PAGE).get_page(_last(request.GET.get("page"), answers))
    _noted(request, asked, page=page.number)
    context = {
        **SECTION,
        "module": module,
        "line": _lines([asked], reach)[0],
        "page": page,
        "lines": _lines(page, reach),
        "form": form,
        "moderates": reach.moderates(asked.cohort),
    }
    return render(request, "courses/discussion_question.html", context)


def _closed() -> DomainError:
    return services.CourseError(_("This question is not answered any more."))


def _last(number: str | None, answers: ContributionQuerySet) -> Any:
    return -(-answers.count() // PER_PAGE) if number == "last" else number


# --- One contribution ------------------------------------------------------------------------------------------------


def _seen(request: HttpRequest, code: str, pk: int) -> tuple[Contribution, Reach]:
    """A contribution that the account reads, or 404."""
    reach = reach_of(account_of(request))
    found = Contribution.objects.within(reach).select_related("person", "question", "hidden_by__person")
    return get_object_or_404(found, module__code=code, pk=pk), reach


def _shown_alone(request: HttpRequest, template: str, line: Line, **context: Any) -> HttpResponse:
    module = _module(context.pop("code"))
    return render(request, f"courses/{template}.html", {**SECTION, "module": module, "line": line, **context})


@never_cache
@sign_in_to_discuss
@require_http_methods(FORM_METHODS)
def taking_back(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take own words back after a look at what that means, or put them back."""
    mine, reach = _seen(request, code, pk)
    account = account_of(request)
    if mine.person_id != reach.person_id:
        raise Http404
    to = ("discussion_question", code, mine.thread_id)
    if request.method == "POST":
        try:
            if "put_back" in request.POST:
                services.put_back(contribution=mine, actor=account)
                return say(request, _("It stands again."), *to)
            services.take_back(contribution=mine, actor=account)
        except DomainError as error:
            return refuse(request, error, *to)
        return say(request, _("Taken back. Only you read it; you can put it back at any time."), *to)
    objection = objection_to_taking_back(account, mine)
    return _shown_alone(request, "discussion_take_back", _lines([mine], reach)[0], code=code, objection=objection)


@never_cache
@sign_in_to_discuss
@require_http_methods(FORM_METHODS)
def complaint(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Tell those who run the cohort what is wrong with something."""
    found, reach = _seen(request, code, pk)
    if found.person_id == reach.person_id:
        raise Http404
    form = ComplaintForm(request.POST or None, contribution=found, account=account_of(request))
    if request.method == "POST" and _saved(form) is not None:
        thanks = _("Thank you. Those who run the cohort look at it; nobody else learns that you told them.")
        return say(request, thanks, "discussion_question", code, found.thread_id)
    return _shown_alone(request, "discussion_complain", _lines([found], reach)[0], code=code, form=form)


@never_cache
@sign_in_to_discuss
@require_http_methods(FORM_METHODS)
def moderation(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Read what was told about a contribution, and hide it with a reason, show it again, or let it stand."""
    found, reach = _seen(request, code, pk)
    if objection_to_moderation(reach, found) is not None:
        raise Http404
    account, to = account_of(request), ("discussion_question", code, found.thread_id)
    form = HidingForm(request.POST or None, contribution=found, account=account)
    if request.method == "POST" and "show" in request.POST:
        services.show_again(contribution=found, actor=account)
        return say(request, _("It is shown again."), *to)
    if request.method == "POST" and "settle" in request.POST:
        services.settle_complaints(contribution=found, actor=account)
        return say(request, _("It stays as it is, and is off the list."), *to)
    if request.method == "POST" and _saved(form) is not None:
        return say(request, _("Hidden. Whoever wrote it reads why."), *to)
    _noted(request, found)
    complaints = found.complaints.filter(settled_at=None).select_related("person")
    line = _lines([found], reach)[0]
    return _shown_alone(request, "discussion_moderate", line, code=code, form=form, complaints=complaints)


@never_cache
@sign_in_to_discuss
@require_http_methods(FORM_METHODS)
def keeping(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Keep an answer with its question for those who come later, or no longer."""
    answer, reach = _seen(request, code, pk)
    kept = KeptAnswer.objects.standing().filter(answer=answer).first()
    asked = answer.question
    if not reach.moderates(answer.cohort) or asked is None:
        raise Http404
    account, to = account_of(request), ("discussion_question", code, answer.thread_id)
    if request.method == "POST" and "end" in request.POST:
        if kept is not None:
            services.end_keeping(kept=kept, actor=account)
        return say(request, _("It is kept no longer."), *to)
    initial = {
        "question": kept.question_text if kept else asked.text[: KeptAnswer.LONGEST_QUESTION],
        "text": kept.answer_text if kept else answer.text,
    }
    form = KeepingForm(request.POST or None, initial=initial, answer=answer, account=account)
    if request.method == "POST" and _saved(form) is not None:
        return say(request, _("Kept for everybody who takes this module later."), *to)
    objection = objection_to_keeping(reach, answer)
    line = _lines([answer], reach)[0]
    return _shown_alone(
        request, "discussion_keep", line, code=code, form=form, kept=kept, asked=asked, objection=objection
    )


# --- What waits ------------------------------------------------------------------------------------------------------


@never_cache
@sign_in_to_discuss
@require_safe
def discussions(request: HttpRequest) -> HttpResponse:
    """What waits for whoever runs cohorts, in all modules: complaints first, then what waits longest."""
    account, reach = account_of(request), reach_of(account_of(request))
    if not can_look_after_discussions(account, reach):
        raise PermissionDenied(_("Discussions are looked after by those who run workshops, and by programme managers."))
    mine = Contribution.objects.moderated_by(reach).exclude(person=reach.person_id)
    waiting = mine.waiting().order_by().values("pk")
    complained = mine.complained_of().order_by().values("pk")
    complaints = Count("complaints", filter=Q(complaints__settled_at=None))
    found = Contribution.objects.filter(Q(pk__in=waiting) | Q(pk__in=complained)).annotate(open_complaints=complaints)
    found = found.order_by("-open_complaints", "written_at", "pk").select_related("person", "module")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    _noted(request, None, page=page.number)
    titles = {
        each.pk: each for each in Module.objects.filter(pk__in=[each.module_id for each in page]).with_title(language())
    }
    lines = [{"line": line, "module": titles[line.contribution.module_id]} for line in _lines(page, reach)]
    return render(request, "courses/discussions.html", {**SECTION, "page": page, "lines": lines})
