"""Which questions measure badly, over all tests that count: for the desk of those who write questions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from assessments.models import Question as BankQuestion
from assessments.models import QuestionText, QuestionVersion, Test
from assessments.permissions import may_change_bank
from assessments.question_types.texts import plain_stem
from assessments.statistics.findings import Code, Finding
from assessments.statistics.wording import finding_sentence
from library.desk import Entry, Part, Pile
from people.models import Account, Agency
from reports.permissions import Readers, can_read
from reports.queries.items import TestAnalysis, item_analyses
from reports.queries.scope import EVERY_FORM, Audience, Counting, Question, Scope, taken_tests

# What was answered in so many days counts, and what was found stands for so many seconds.
LOOKED_BACK = timedelta(days=365)
FINDINGS_SECONDS = 3600
_KEY = "reports.stumbling"
# What makes a question bad whatever its options and languages say, the most urgent first.
BAD = (Code.NEGATIVE, Code.TOO_HARD, Code.NO_BETTER_THAN_GUESSING, Code.WEAK, Code.TOO_EASY, Code.SAME_FOR_ALL)


@dataclass(frozen=True)
class Bad:
    """The newest version of a question that measures badly: in which test, and why; void ones stand in no test."""

    question: int
    version: int
    code: str
    test: str = ""
    found: Finding | None = None


def reads_about_questions(account: Account) -> bool:
    """Whether somebody reads figures about questions: editors and managers."""
    return can_read(account, Readers.EDITORS)


def piles_of_questions(account: Account) -> Iterator[Pile]:
    """The questions that measure worst, and those that were found defective and that nobody has mended."""
    bad = cache.get_or_set(_KEY, bad_questions, FINDINGS_SECONDS) or []
    texts = QuestionText.objects.shown([each.version for each in bad], (get_language() or "en")[:2])
    heading = ngettext("%(count)s question measures badly", "%(count)s questions measure badly", len(bad))
    yield Pile(
        "measuring",
        Part.STUMBLED,
        len(bad),
        heading % {"count": len(bad)},
        _("No question measures badly, as far as enough people have answered."),
        [_entry(each, texts.get(each.version), may_write=may_change_bank(account)) for each in bad],
        hint=_(
            "From the item analysis of every test that counts, over the last twelve months and from ten attempts on: "
            "discrimination below 20 %, facility below 20 % or above 95 %, no better than guessing; and what was "
            "found defective. An hour old at most."
        ),
    )


def bad_questions() -> list[Bad]:
    """Return what measures badly today, the worst first: void questions, then by finding. A fixed number of queries.

    Questions that are retired, and versions that a newer one has replaced, say nothing about what to do now.
    """
    newest = {
        version.pk: version
        for version in QuestionVersion.objects.newest()
        .exclude(question__status=BankQuestion.Status.RETIRED)
        .select_related("question", "voiding")
        .defer("structure")
    }
    void = [
        Bad(version.question_id, version.pk, version.question.code)
        for version in newest.values()
        if hasattr(version, "voiding")
    ]
    now = timezone.now()
    question = Question(
        Scope(Agency.objects.all()),
        now,
        audience=Audience.PROGRAMME,
        form=EVERY_FORM,
        attempts=Counting.FIRST,
        first_day=timezone.localdate(now) - LOOKED_BACK,
    )
    tests = list(taken_tests().exclude(purpose=Test.Purpose.PRACTICE))
    measured = [
        bad for analysis in item_analyses(question, tests) for bad in _of_test(analysis) if bad.version in newest
    ]
    return sorted(void, key=lambda each: each.code) + sorted(measured, key=_urgency)


def _of_test(analysis: TestAnalysis) -> Iterator[Bad]:
    """The questions of a test about which something bad was found, each with the most urgent."""
    if analysis.people < analysis.question.audience.smallest:
        return
    for each in analysis.questions:
        found = [finding for finding in each.analysis.findings if finding.code in BAD]
        if found:
            worst = min(found, key=lambda finding: BAD.index(finding.code))
            yield Bad(each.version.question_id, each.version.pk, each.code, analysis.test.code, worst)


def _urgency(bad: Bad) -> tuple[int, str, str]:
    return BAD.index(bad.found.code) if bad.found else -1, bad.code, bad.test


def _entry(bad: Bad, text: QuestionText | None, *, may_write: bool) -> Entry:
    words = " ".join(plain_stem(text.words).split()) if text is not None else ""
    said = finding_sentence(bad.found) if bad.found else _("Found defective: nobody is asked it. Write a new version.")
    address = reverse("questions:page", args=[bad.question])
    if not may_write:
        query = urlencode({"test": bad.test}) if bad.test else ""
        address = f"{reverse('report', args=['item-analysis'])}?{query}"
    told = _("%(finding)s Test %(test)s.") % {"finding": said, "test": bad.test} if bad.test else said
    return Entry(f"{bad.code} {words}".strip(), address, text.language if text is not None else "", told)
