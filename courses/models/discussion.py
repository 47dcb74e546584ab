"""What the people of a cohort ask and answer about a module, and what is kept of it for those who come later.

A question and the answers to it are contributions alike, so that there is one rule for who reads, hides and takes back.
Nothing is deleted: what is hidden or taken back stays, with who and when, and is shown to fewer people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.prepared import Given, Prepared
from courses import cohorts
from courses.models.enrolments import Enrolment
from courses.models.modules import Module
from people.models import Account, Language, Person


@dataclass(frozen=True)
class Reach:
    """What of all discussions an account takes part in, asked once for a page.

    cohorts: in which cohort it takes which module, by the id of the module. runs: the cohorts that it runs.
    """

    person_id: int | None
    everything: bool
    cohorts: Mapping[int, str]
    runs: frozenset[str]

    def moderates(self, cohort: str) -> bool:
        """Whether the account answers for a cohort and decides about what is written in it."""
        return self.everything or cohort in self.runs

    @property
    def moderates_any(self) -> bool:
        return self.everything or bool(self.runs)


def reach_of(account: Account) -> Reach:
    """Return what an account takes part in: five queries at most."""
    if not account.is_authenticated:
        return Reach(None, everything=False, cohorts={}, runs=frozenset())
    person_id = account.person_id
    return Reach(
        person_id,
        everything=account.sees_everybody,
        cohorts={} if person_id is None else _own_cohorts(person_id),
        runs=cohorts.run_by(account),
    )


def _own_cohorts(person_id: int) -> dict[int, str]:
    taken = _TAKEN.rows(person=person_id)
    return cohorts.own_cohorts(person_id, {module: timezone.localdate(moment) for module, moment in taken})


def _taken() -> models.QuerySet[Enrolment, Any]:
    return Enrolment.objects.active().filter(person=Given("person")).order_by().values_list("module", "enrolled_at")


_TAKEN = Prepared(_taken)


def numbers_of(reach: Reach, module: Module) -> dict[str, int]:
    """How many questions about a module a reader finds, and how many answers are kept: two queries."""
    kept = _KEPT.first(module=module.pk) or 0
    if reach.moderates_any:
        questions = Contribution.objects.within(reach).questions().shown().filter(module=module).count()
    else:
        cohort = reach.cohorts.get(module.pk)
        questions = _ASKED.first(person=reach.person_id, module=module.pk, cohort=cohort) or 0
    return {"questions": questions, "kept": kept}


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def visible_to(self, account: Account) -> "ContributionQuerySet":
        """Those of the own cohorts, of those that the account runs, and of threads in which it wrote; managers: all."""
        return self.within(reach_of(account))

    def within(self, reach: Reach) -> "ContributionQuerySet":
        """The same for what is known of an account.

        What is hidden is for the author and those who moderate; what was taken back for the author, and for those who
        moderate if somebody complained.
        """
        if reach.person_id is None and not reach.everything:
            return self.none()
        own = Q(person_id=reach.person_id)
        moderated = Q() if reach.everything else Q(cohort__in=reach.runs)
        complained = Exists(Complaint.objects.filter(contribution=OuterRef("pk")))
        threads = (
            Contribution.objects.order_by()
            .shown()
            .filter(
                _of_cohorts(reach.cohorts)
                | own
                | Exists(Contribution.objects.filter(own, question=OuterRef("pk"), withdrawn_at=None)),
                question=None,
            )
        )
        in_thread = Q(pk__in=threads.values("pk")) | Q(question__in=threads.values("pk"))
        read = moderated & (Q(withdrawn_at=None) | complained)
        return self.filter(own | read | (in_thread & _SHOWN))

    def moderated_by(self, reach: Reach) -> "ContributionQuerySet":
        """Those of the cohorts that an account answers for."""
        return self if reach.everything else self.filter(cohort__in=reach.runs)

    def shown(self) -> "ContributionQuerySet":
        """Those that are neither hidden nor taken back."""
        return self.filter(_SHOWN)

    def questions(self) -> "ContributionQuerySet":
        return self.filter(question=None)

    def with_answers(self) -> "ContributionQuerySet":
        """Adds to questions how many answers are shown (`answered`), and what else a line of a list says."""
        answers = Contribution.objects.shown().filter(question=OuterRef("pk")).order_by()
        return self.annotate(
            answered=Count("answers", filter=Q(answers__hidden_at=None, answers__withdrawn_at=None)),
            answered_by_staff=Exists(answers.exclude(written_as=Contribution.As.LEARNER)),
            is_kept=Exists(KeptAnswer.objects.standing().filter(answer__question=OuterRef("pk"))),
            is_complained_of=Exists(Complaint.objects.filter(contribution=OuterRef("pk"), settled_at=None)),
        )

    def with_kept(self) -> "ContributionQuerySet":
        """Adds to answers what is kept of them (`standing_kept`: one row or none), in one query."""
        return self.prefetch_related(Prefetch("kept", KeptAnswer.objects.standing(), to_attr="standing_kept"))

    def waiting(self) -> "ContributionQuerySet":
        """Questions that are shown and that nobody who runs the cohort has answered, or kept an answer to."""
        shown = Contribution.objects.shown().filter(question=OuterRef("pk")).order_by()
        kept = KeptAnswer.objects.standing().filter(answer__question=OuterRef("pk"))
        by_staff = shown.exclude(written_as=Contribution.As.LEARNER)
        return self.questions().shown().exclude(text="").filter(~Exists(by_staff), ~Exists(kept))

    def complained_of(self) -> "ContributionQuerySet":
        """Those about which somebody complains, and nobody has looked at it yet."""
        return self.filter(Exists(Complaint.objects.filter(contribution=OuterRef("pk"), settled_at=None)))


_SHOWN = Q(hidden_at=None, withdrawn_at=None)


def _of_cohorts(taken: Mapping[int, str]) -> Q:
    found = Q(pk__in=[])
    for module, cohort in taken.items():
        found |= Q(module_id=module, cohort=cohort)
    return found


class Contribution(models.Model):
    """A question about a module that somebody asked the own cohort, or an answer to one (`question`)."""

    # Characters; and how many somebody writes in a day, as a learner and for those who run cohorts.
    LONGEST, MOST_A_DAY, MOST_ANSWERS_A_DAY = 2000, 20, 200

    class As(models.TextChoices):
        """In which part somebody wrote; it stays when the part ends."""

        LEARNER = "learner", _("learner")
        FACILITATOR = "facilitator", _("facilitator")
        MANAGER = "manager", _("programme manager")

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="contributions")
    # Key of `courses.cohorts`; an answer has that of its question.
    cohort = models.CharField(max_length=40)
    question = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contributions")
    written_as = models.CharField(max_length=12, choices=As.choices, default=As.LEARNER)
    # Whether fellow learners do not read the name.
    unnamed = models.BooleanField(default=False)
    language = models.CharField(max_length=2, choices=Language.choices)
    text = models.TextField(_("text"))
    written_at = models.DateTimeField()
    # Made from the form and its words, so that what is sent twice stands once.
    sent = models.UUIDField(editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    hidden_reason = models.CharField(_("reason"), max_length=500, blank=True)

    # Added by `with_answers`.
    answered: int
    answered_by_staff: bool
    is_kept: bool
    is_complained_of: bool
    # Added by `with_kept`.
    standing_kept: "list[KeptAnswer]"

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("contribution to a discussion")
        verbose_name_plural = _("contributions to discussions")
        constraints = [
            models.UniqueConstraint(fields=["person", "sent"], name="contribution_sent_once"),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_by__isnull=True)
                | Q(hidden_at__isnull=False, hidden_by__isnull=False),
                name="contribution_hidden_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["module", "cohort", "written_at"], name="contribution_by_cohort")]

    def __str__(self) -> str:
        return f"{self.module_id} {self.cohort}: {self.pk}"

    @property
    def is_shown(self) -> bool:
        return self.hidden_at is None and self.withdrawn_at is None

    @property
    def thread_id(self) -> int:
        """The question that this is, or answers."""
        return self.question_id or self.pk


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    def standing(self) -> "KeptAnswerQuerySet":
        return self.filter(ended_at=None)

    def visible_to(self, account: Account) -> "KeptAnswerQuerySet":
        """Those that are kept, for whoever is signed in: anybody may enrol, and they name nobody."""
        return self.standing() if account.is_authenticated else self.none()

    def best_first(self, language: str) -> "KeptAnswerQuerySet":
        """Those in a language first, then the others; of each the newest first."""
        foreign = Case(When(answer_language=language, then=Value(0)), default=Value(1))
        return self.order_by(foreign, "-kept_at", "-pk")


class KeptAnswer(models.Model):
    """A question and its answer as they are kept for those who take the module later: words that name nobody.

    The words are those of the person who keeps them, so that they stand when what they were made from is erased.
    """

    LONGEST_QUESTION, LONGEST_ANSWER = 600, 2000

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="kept_answers")
    answer = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="kept")
    question_text = models.TextField(_("question"))
    question_language = models.CharField(max_length=2, choices=Language.choices)
    answer_text = models.TextField(_("answer"))
    answer_language = models.CharField(max_length=2, choices=Language.choices)
    kept_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-kept_at", "-pk"]
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [
            models.UniqueConstraint(fields=["answer"], condition=Q(ended_at=None), name="answer_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.module_id}: {self.pk}"


class Complaint(models.Model):
    """Somebody told those who moderate that something is wrong with a contribution."""

    LONGEST = 500

    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="complaints")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="complaints")
    reason = models.CharField(_("what is wrong"), max_length=LONGEST)
    made_at = models.DateTimeField()
    settled_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("complaint about a contribution")
        verbose_name_plural = _("complaints about contributions")
        constraints = [models.UniqueConstraint(fields=["contribution", "person"], name="contribution_complaint_once")]

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.person_id}"


def _asked() -> models.QuerySet[Contribution, int]:
    """For those who answer for no cohort: what is written in other cohorts is about other modules."""
    of_module = {cast("int", Given("module")): cast("str", Given("cohort", models.CharField()))}
    reach = Reach(cast("int", Given("person")), everything=False, cohorts=of_module, runs=frozenset())
    return _counted(Contribution.objects.within(reach).questions().shown())


def _kept() -> models.QuerySet[KeptAnswer, int]:
    return _counted(KeptAnswer.objects.standing())


def _counted(rows: models.QuerySet[Any]) -> models.QuerySet[Any, int]:
    found = rows.filter(module=Given("module")).order_by().values("module").annotate(n=Count("pk"))
    return found.values_list("n", flat=True)


_ASKED, _KEPT = Prepared(_asked), Prepared(_kept)
