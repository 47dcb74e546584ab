"""What people agreed to, what they asked about their data, and what was erased."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import AppendOnlyModel, AppendOnlyQuerySet
from people.models.accounts import Account
from people.models.agencies import Agency
from people.models.persons import Language, Person


class ConsentQuerySet(AppendOnlyQuerySet):
    def that_hold(self, purpose: str) -> "ConsentQuerySet":
        """The answer of each person to a purpose that holds."""
        answers = self.filter(purpose=purpose)
        same = answers.filter(person=OuterRef("person"))
        later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
        return answers.filter(~Exists(same.filter(later)))


class Consent(AppendOnlyModel):
    """A person agreed, or no longer agrees, to a purpose in a version of its words. The last row of a purpose holds."""

    class Way(models.TextChoices):
        PAGE = "page", _("on the own page")
        JOINING = "joining", _("on joining")
        PAPER = "paper", _("on paper")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    # A key of `people.privacy.PURPOSES`.
    purpose = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    given = models.BooleanField()
    language = models.CharField(max_length=2, choices=Language.choices)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.PAGE)
    at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ConsentQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["person", "purpose", "at", "pk"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["person", "purpose", "at"], name="consent_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose} {self.version}: {self.given}"


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def visible_to(self, account: Account) -> "DataRequestQuerySet":
        """The own requests; managers and administrators answer all, coordinators corrections of their own people."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        agencies = Agency.objects.coordinated_by(account).values("pk")
        theirs = Q(kind=DataRequest.Kind.CORRECTION, person__memberships__agency__in=agencies)
        return self.filter(Q(person=account.person_id) | theirs).distinct()

    def waiting(self) -> "DataRequestQuerySet":
        """Requests that nobody has answered yet."""
        return self.filter(state=DataRequest.State.WAITING)


class DataRequest(models.Model):
    """What a person asks about the own data: to correct or to erase it. Answered within thirty days."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("correction")
        ERASURE = "erasure", _("erasure")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    DAYS_TO_ANSWER: ClassVar[int] = 30

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    answered_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("request about data")
        verbose_name_plural = _("requests about data")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(state="waiting"), name="data_request_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at__isnull=True)
                | (~Q(state="waiting") & Q(answered_at__isnull=False)),
                name="data_request_answered_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind}"


class Erasure(AppendOnlyModel):
    """A person's data were erased; what stays carries a pseudonym. counts: {"<app>.<what>": rows}."""

    class Ground(models.TextChoices):
        ASKED = "asked", _("the person asked for it")
        RETENTION = "retention", _("the time for keeping them was over")

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="erasure")
    ground = models.CharField(max_length=10, choices=Ground.choices)
    at = models.DateTimeField(default=timezone.now)
    erased_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def __str__(self) -> str:
        return f"{self.person_id}: {self.ground}"
