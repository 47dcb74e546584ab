"""What a workshop works with and what comes out of it: materials, notes, recommendations, plans, needs."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import CodeListField
from people.models import Account, Agency
from workshops.models.registrations import Registration
from workshops.models.schedule import Session, Workshop
from workshops.models.storage import private_storage


class MaterialQuerySet(models.QuerySet["Material"]):
    def visible_to(self, account: Account, now: datetime) -> "MaterialQuerySet":
        """All of the own workshops for those who run them; what is released for those who have a place in one."""
        if not account.is_authenticated:
            return self.none()
        managed = Workshop.objects.managed_by(account).values("pk")
        joined = Registration.objects.filter(person=account.person_id, state=Registration.State.CONFIRMED)
        released = Q(for_facilitators=False, released_at__lte=now, workshop__in=joined.values("workshop"))
        return self.filter(released | Q(workshop__in=managed))


class Material(models.Model):
    """A file or a link for those who take part, from a moment on; or for facilitators only."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="materials")
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="materials", verbose_name=_("session")
    )
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(_("file"), upload_to="materials/%Y/%m/", storage=private_storage, blank=True)
    # As it was called where it came from, and as it is called when somebody takes it.
    file_name = models.CharField(max_length=200, blank=True)
    link = models.URLField(_("link"), blank=True)
    released_at = models.DateTimeField(_("shown from"))
    for_facilitators = models.BooleanField(_("for facilitators only"), default=False)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = MaterialQuerySet.as_manager()

    class Meta:
        ordering = ["workshop", "released_at", "pk"]
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        constraints = [
            models.CheckConstraint(condition=~Q(file="") | ~Q(link=""), name="material_is_a_file_or_a_link"),
        ]

    def __str__(self) -> str:
        return self.title


class FacilitatorNote(models.Model):
    """What facilitators note for each other; participants never see it."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="notes")
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="notes", verbose_name=_("session")
    )
    text = models.TextField(_("note"))
    written_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["workshop", "-written_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Recommendation(models.Model):
    """A conclusion of a workshop: what should be done, by which agency, until when, and how far it has come."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        AGREED = "agreed", _("agreed")
        UNDER_WAY = "under_way", _("under way")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="recommendations")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("what should be done"))
    agency = models.ForeignKey(
        Agency,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recommendations",
        verbose_name=_("responsible agency"),
    )
    due_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["workshop", "number"]
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = [models.UniqueConstraint(fields=["workshop", "number"], name="recommendation_number_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:60]}"


class ActionPlan(models.Model):
    """What a participant means to change, and, asked about again after 90 days, how far it has come."""

    class Outcome(models.TextChoices):
        NOT_STARTED = "not_started", _("not started")
        STARTED = "started", _("started")
        PARTLY = "partly", _("partly done")
        DONE = "done", _("done")
        REPLACED = "replaced", _("replaced by another step")

    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="action_plan")
    what = models.TextField(_("what I will do"))
    by_when = models.DateField(_("by when"), null=True, blank=True)
    with_whom = models.CharField(_("with whom"), max_length=300, blank=True)
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    outcome = models.CharField(_("how far it has come"), max_length=12, choices=Outcome.choices, blank=True)
    outcome_note = models.TextField(_("what came of it"), blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")

    def __str__(self) -> str:
        return self.what[:60]


class Need(models.Model):
    """What somebody needs to take part. Asked after confirmation, for that purpose only; deleted after the workshop."""

    class Kind(models.TextChoices):
        ACCESSIBLE_SEAT = "accessible_seat", _("accessible seat")
        INTERPRETATION = "interpretation", _("interpretation")
        DIET = "diet", _("diet")
        OTHER = "other", _("something else")

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="need")
    kinds = CodeListField(_("what you need"), codes=Kind.choices)
    note = models.CharField(_("in your words"), max_length=500, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")

    def __str__(self) -> str:
        return ", ".join(self.kinds)
