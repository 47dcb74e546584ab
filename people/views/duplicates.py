"""Pages of people who may be recorded twice: who, two of them side by side, and what was merged."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.services import record
from core.errors import DomainError
from people import merging, services
from people.forms.duplicates import LABELS, CompareForm, DoublesFilterForm, MergeForm, shown_value
from people.holdings import Merging, holdings
from people.models import Account, Membership, Merge, NotTheSame, Person, looked_after_by
from people.permissions import can_compare, can_find_doubles, reader_of
from people.services import FIELDS, Foreseen, Reason
from people.views.access import FORM_METHODS, SECTION, account_of, refuse, say

PER_PAGE = 25


@login_required
@require_safe
def doubles(request: HttpRequest) -> HttpResponse:
    """Pairs of people who may be one, the likeliest first; two people whom somebody knows are found by code."""
    account = _reader(request)
    form = DoublesFilterForm(request.GET, account=account)
    asked = "first" in request.GET
    compare = CompareForm(request.GET if asked else None)
    if asked and compare.is_valid():
        pair = compare.cleaned_data["first"], compare.cleaned_data["second"]
        if can_compare(account, *pair):
            return redirect("double", pair[0].public_code, pair[1].public_code)
        compare.add_error(None, _("Both must be two people of the agencies that you look after."))
    agency = form.cleaned_data["agency"] if form.is_valid() else None
    page = Paginator(services.likely_doubles(account=account, agency=agency), PER_PAGE).get_page(
        request.GET.get("page")
    )
    _note_reading("people.doubles_read", reader_of(request), page.number)
    people = _with_agencies(key for each in page for key in (each.first, each.second))
    context = {
        **_section(request),
        "form": form,
        "compare": compare,
        "narrowed": agency is not None,
        "query": f"agency={agency.code}&" if agency is not None else "",
        "page": page,
        "pairs": [_pair(each.first, each.second, people, _words(each.reasons)) for each in page],
    }
    return render(request, "people/doubles.html", context)


@login_required
@require_safe
def not_the_same(request: HttpRequest) -> HttpResponse:
    """Pairs of which somebody found that they are two people."""
    account = _reader(request)
    found = NotTheSame.objects.visible_to(account).select_related("decided_by__person")
    page = Paginator(found.order_by("-decided_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    _note_reading("people.not_the_same_read", reader_of(request), page.number)
    people = _with_agencies(key for each in page for key in (each.first_id, each.second_id))
    pairs = [{**_pair(each.first_id, each.second_id, people, ""), "decision": each} for each in page]
    return render(request, "people/not_the_same.html", {**_section(request), "page": page, "pairs": pairs})


@login_required
@require_http_methods(FORM_METHODS)
def double(request: HttpRequest, stays: str, goes: str) -> HttpResponse:
    """Two people side by side: what each has, what is taken from which, what a merge would do."""
    account = account_of(request)
    kept, merged = _two(account, stays, goes)
    step = request.POST.get("step", "")
    if request.method == "POST" and step in {"differ", "take_back"}:
        return _decide(request, kept, merged, step)
    form = MergeForm(request.POST or None, kept=kept, merged=merged)
    objection = services.objection_to_merge(kept, merged, account)
    if request.method == "POST" and form.is_valid():
        plan = form.plan(account)
        try:
            if step == "merge":
                done = services.merge_persons(plan=plan)
                return say(
                    request, _("There is one record of %(person)s now.") % {"person": done.kept}, "merge", done.pk
                )
            foreseen = services.foresee_merge(plan=plan)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            context = {**SECTION, "kept": kept, "merged": merged, "form": form, **_told(foreseen)}
            return render(request, "people/double_preview.html", context)
    for each in (kept, merged):
        record("people.persons_compared", obj=each, actor=account, subject=each)
    context = {
        **SECTION,
        "kept": kept,
        "merged": merged,
        "form": form,
        "objection": objection,
        "reasons": _words(services.reasons_for(kept, merged)),
        "decision": _decision(kept, merged),
        "lines": _lines(kept, merged),
        "held": _held(kept, merged),
    }
    return render(request, "people/double.html", context)


@login_required
@require_safe
def merges(request: HttpRequest) -> HttpResponse:
    """What was merged, the last first."""
    account = _reader(request)
    found = Merge.objects.visible_to(account).select_related("kept", "merged", "merged_by__person")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    _note_reading("people.merges_read", reader_of(request), page.number)
    return render(request, "people/merges.html", {**_section(request), "page": page})


@login_required
@require_http_methods(FORM_METHODS)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """One merge: what was chosen, what went over, what was set aside; it is undone here."""
    account = account_of(request)
    if not can_find_doubles(account):
        raise Http404
    related = ("kept", "merged", "merged_by__person", "undone_by__person")
    found = get_object_or_404(Merge.objects.visible_to(account).select_related(*related), pk=pk)
    if request.method == "POST":
        try:
            services.undo_merge(merge=found, actor=account)
        except DomainError as error:
            return refuse(request, error, "merge", found.pk)
        return say(request, _("There are two records again, each as it was before."), "merge", found.pk)
    for each in (found.kept, found.merged):
        record("people.merge_read", obj=found, actor=account, subject=each)
    context = {
        **SECTION,
        "merge": found,
        "objection": services.objection_to_undoing(found, account),
        **_told(Foreseen(found.chosen, found.moved, found.set_aside)),
    }
    return render(request, "people/merge.html", context)


def _reader(request: HttpRequest) -> Account:
    account = account_of(request)
    if not can_find_doubles(account):
        raise PermissionDenied(_("Records are put in order by coordinators of agencies and by programme managers."))
    return account


def _note_reading(action: str, reader: Account, page: int) -> None:
    """Whoever sees all people leaves a trace; coordinators read about their own."""
    if reader.sees_everybody:
        record(action, actor=reader, after={"page": page})


def _section(request: HttpRequest) -> dict[str, Any]:
    return {**SECTION, "all": account_of(request).sees_everybody}


def _two(account: Account, stays: str, goes: str) -> tuple[Person, Person]:
    """Two people whom the account looks after, with their memberships."""
    found = {
        each.public_code: each
        for each in looked_after_by(account).filter(public_code__in=[stays, goes]).prefetch_related(_agencies())
    }
    if stays == goes or not {stays, goes} <= set(found):
        raise Http404
    return found[stays], found[goes]


def _agencies() -> Prefetch:
    return Prefetch("memberships", Membership.objects.select_related("agency"), "belongings")


def _with_agencies(keys: Iterable[int]) -> dict[int, Person]:
    return {each.pk: each for each in Person.objects.filter(pk__in=set(keys)).prefetch_related(_agencies())}


def _pair(first: int, second: int, people: Mapping[int, Person], reasons: str) -> dict[str, Any]:
    """A pair as the list shows it: the record that is known longer stays, unless somebody chooses otherwise."""
    return {"kept": people[min(first, second)], "merged": people[max(first, second)], "reasons": reasons}


def _words(reasons: Iterable[Reason]) -> str:
    return ", ".join(str(each.label) for each in reasons)


def _decision(kept: Person, merged: Person) -> NotTheSame | None:
    first, second = sorted((kept.pk, merged.pk))
    return NotTheSame.objects.filter(first=first, second=second).select_related("decided_by__person").first()


def _decide(request: HttpRequest, kept: Person, merged: Person, step: str) -> HttpResponse:
    account = account_of(request)
    if step == "differ":
        services.mark_not_the_same(one=kept, other=merged, actor=account)
        return say(request, _("It is noted that these are two people."), "doubles")
    services.take_back_not_the_same(one=kept, other=merged, actor=account)
    return say(request, _("It is open again whether they are one."), "double", kept.public_code, merged.public_code)


def _lines(kept: Person, merged: Person) -> list[dict[str, Any]]:
    """What stands on both records, field by field."""
    return [
        {
            "label": LABELS[name],
            "kept": shown_value(kept, name),
            "merged": shown_value(merged, name),
            "differs": getattr(kept, name) != getattr(merged, name),
        }
        for name in FIELDS
        if getattr(kept, name) or getattr(merged, name)
    ]


def _held(kept: Person, merged: Person) -> list[tuple[str, int, int]]:
    """How much hangs on each of the two, by kind; two queries for each kind."""
    found: dict[str, list[int]] = {}
    for holding in holdings():
        if holding.shown and holding.path != "pk" and holding.merging != Merging.STAYS:
            counts = [services.rows_of(holding, each).count() for each in (kept, merged)]
            kind = found.setdefault(_kind(holding.model), [0, 0])
            kind[0], kind[1] = kind[0] + counts[0], kind[1] + counts[1]
    return [(kind, own, other) for kind, (own, other) in found.items() if own or other]


def _kind(model: str) -> str:
    return capfirst(services.kind_called(model, many=True))


def _told(foreseen: Foreseen) -> dict[str, Any]:
    """What a merge does, in words."""
    return {
        "chosen": [
            (LABELS[name], *(shown_value(Person(**{name: value}), name) for value in values))
            for name, values in foreseen.chosen.items()
        ],
        "moved": [(_kind(model), count) for model, count in foreseen.moved.items()],
        "set_aside": [
            (_kind(model), [each["name"] for each in rows], merging.rule_of(model).says)
            for model, rows in foreseen.set_aside.items()
        ],
        "closed": foreseen.closed,
        "final": foreseen.final,
    }
