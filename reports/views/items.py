"""R10: tests and how they measure, for managers and editors."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments.models import Test
from assessments.statistics.findings import TOO_EASY, TOO_HARD, WEAK, Code
from people.models import Account, Language
from reports import charts, formats, queries, readings, services
from reports.forms import ItemsForm
from reports.permissions import can_read_item_analysis, sees_agencies_of_tests
from reports.queries.item_files import counting_labels, grades, sentences, undefined
from reports.queries.items import TestAnalysis, TestQuestion
from reports.views.files import file_response

# A test may draw from hundreds of questions: the page shows them in parts, files hold all.
QUESTIONS_ON_A_PAGE = 20
MOST_URGENT = 6


@login_required
@require_safe
@never_cache
def item_analyses(request: HttpRequest) -> HttpResponse:
    """Tests that somebody took."""
    _reader(request)
    context = {"section": "reports", "tests": queries.taken_tests()}
    return render(request, "reports/item_analyses.html", context)


@login_required
@require_safe
@never_cache
def item_analysis(request: HttpRequest, code: str) -> HttpResponse:
    """How a test and each of its questions measure; as a file, the same."""
    account, test = _reader(request), _test(code)
    form = ItemsForm(request.GET, counting=counting_labels().items(), test_forms=queries.forms_of(test))
    context: dict[str, Any] = {"section": "reports", "test": test, "form": form}
    if not form.is_valid():
        return render(request, "reports/item_analysis.html", context)
    try:
        found = _read(account, test, form.cleaned_data)
    except queries.TooFewAttemptsError as error:
        return render(request, "reports/item_analysis.html", {**context, "refused": str(error)})
    kind = request.GET.get("format", "")
    if kind in formats.TYPES:
        return file_response(account, services.item_analysis_report(analysis=found, account=account), kind)
    context |= {"found": found, **_page(found, account, request.GET.get("page"))}
    context |= {"files": _files(form), "page_query": _query(form)}
    return render(request, "reports/item_analysis.html", context)


# --- What was asked -------------------------------------------------------------------------------------------------


def _reader(request: HttpRequest) -> Account:
    account = cast("Account", request.user)
    if not can_read_item_analysis(account):
        raise PermissionDenied(_("How questions measure is for editors and programme managers."))
    return account


def _test(code: str) -> Test:
    try:
        return queries.test_called(code)
    except queries.OutOfScopeError as error:
        raise Http404(str(error)) from error


def _read(account: Account, test: Test, asked: dict[str, Any]) -> TestAnalysis:
    return services.read_item_analysis(
        account=account,
        test=test.code,
        counting=asked["attempts"] or "first",
        language=asked["language"],
        form=asked.get("form", ""),
        first_day=asked["first_day"],
        last_day=asked["last_day"],
    )


def _files(form: ItemsForm) -> list[tuple[str, str]]:
    """(kind, address) of the files that hold what the page shows."""
    return [(kind.upper(), f"?{_query(form)}format={kind}") for kind in formats.TYPES]


def _query(form: ItemsForm) -> str:
    """What was asked, as the beginning of a query: empty, or ending in "&"."""
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
    return f"{urlencode(asked)}&" if asked else ""


# --- The page -------------------------------------------------------------------------------------------------------


def _page(found: TestAnalysis, account: Account, number: str | None) -> dict[str, Any]:
    figures, defined = found.figures.overall, queries.item_definitions()
    lines = [_line(each, found) for each in found.questions]
    standing_out = [line for line in lines if line["sentences"]]
    page = Paginator(lines, QUESTIONS_ON_A_PAGE).get_page(number)
    return {
        "lead": readings.lead(len(lines), len(standing_out), figures.alpha_percent),
        "urgent": _urgent(standing_out),
        "more": max(0, len(standing_out) - MOST_URGENT),
        "readings": readings.readings(figures, found.highest, defined),
        "definitions": defined,
        "histogram": charts.histogram(found.results, found.question.test.pass_mark),
        "scatter": _scatter(lines),
        "page": page,
        "by_language": [(Language(group.name).label, group) for group in found.figures.languages.groups],
        "by_agency": _agencies(found) if sees_agencies_of_tests(account) else None,
        "several": any(line["question"].several for line in lines),
        "uneven": any(line["figures"].attempts != found.attempts for line in lines),
        "counting": counting_labels()[found.question.counting],
    }


def _line(question: TestQuestion, found: TestAnalysis) -> dict[str, Any]:
    """A question with what its part of the page shows beside the figures."""
    place = question.number - 1
    options = {option.id: option for option in question.options}
    return {
        "question": question,
        "figures": question.analysis.figures,
        "sentences": sentences(question),
        "page": place // QUESTIONS_ON_A_PAGE + 1,
        "undefined": undefined(question),
        "answers": [
            (options.get(each.option or ""), each) for each in question.analysis.options if each.option or each.count
        ],
        "languages": [
            (Language(group.name).label, group.facilities[place]) for group in found.figures.languages.groups
        ],
        "differences": [
            (Language(each.language).label, Language(each.reference).label, grades()[each.comparison.grade])
            for each in question.analysis.differences
            if each.comparison.grade is not None
        ],
    }


def _urgent(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions whose most urgent finding is most urgent; of equals in the order of the test."""
    order = list(Code)
    return sorted(lines, key=lambda line: order.index(line["question"].analysis.findings[0].code))[:MOST_URGENT]


def _scatter(lines: list[dict[str, Any]]) -> charts.Scatter:
    points = [
        (line["question"].number, facility, discrimination, bool(line["sentences"]))
        for line in lines
        if (facility := line["figures"].facility.value) is not None
        and (discrimination := line["figures"].discrimination.value) is not None
    ]
    return charts.scatter(points, easy=TOO_EASY, hard=TOO_HARD, weak=WEAK)


def _agencies(found: TestAnalysis) -> list[tuple[str, Any]]:
    return [(found.agency_names.get(group.name, group.name), group) for group in found.agencies.groups]
