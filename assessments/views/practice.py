"""Practice questions: nothing counts, nothing is kept."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments.errors import AnswerError
from assessments.marking import ALL
from assessments.models import QuestionText, QuestionVersion
from assessments.question_types import TYPES, show
from assessments.services import credit_for
from assessments.views.access import is_ours, language, way_back
from assessments.views.sheets import draft


@login_required
@require_safe
def practice(request: HttpRequest, code: str) -> HttpResponse:
    """A practice question and what there is to say about the answer in the address. Nothing is kept.

    With `fragment` only the question itself, for a lesson that shows the feedback in place.
    """
    version = get_object_or_404(QuestionVersion.objects.newest().for_practice(), question__code=code)
    text = QuestionText.objects.shown([version.pk], language())[version.pk]
    kind, given, error, credit = TYPES[version.question.type], request.GET.getlist("answer"), "", None
    try:
        response = kind.parse(version.structure, given)
        credit = credit_for(version, response)
    except AnswerError as refusal:
        error, response = str(refusal), draft(version, given)
    context = {
        "code": code,
        "question": show(
            version.question.type, version.structure, text.words, language=text.language, response=response
        ),
        "error": error,
        "asked": "answer" in request.GET or "check" in request.GET,
        "answered": credit is not None and response is not None,
        "right": credit is not None and credit.part == ALL,
        "partly": credit is not None and 0 < credit.part < ALL,
        "back": way_back(request) or _referrer(request) or reverse("my_learning"),
    }
    template = "assessments/_practice.html" if "fragment" in request.GET else "assessments/practice.html"
    return render(request, template, context)


def _referrer(request: HttpRequest) -> str:
    """The page that led here, unless it is this one."""
    address = request.headers.get("Referer", "")
    return address if is_ours(request, address) and request.path not in address else ""
