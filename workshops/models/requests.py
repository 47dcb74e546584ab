"""A ministry's letter as a record: somebody asks for a workshop, and the request stays with what came of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Account, Agency, Language
from workshops.models.outlines import Outline
from workshops.models.schedule import Workshop


class WorkshopRequestQuerySet(models.QuerySet["WorkshopRequest"]):
    def visible_to(self, account: Account) -> "WorkshopRequestQuerySet":
        """All for those who see everybody; the own subtree for coordinators; for others what they asked for."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        coordinated = Agency.objects.coordinated_by(account).values("pk")
        return self.filter(Q(agency__in=coordinated) | Q(asked_by=account.pk))


class WorkshopRequest(models.Model):
    """An agency asks for a workshop. It becomes one, or is declined with an answer; either way it stays."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        SCHEDULED = "scheduled", _("a workshop was scheduled")
        DECLINED = "declined", _("declined")
        TAKEN_BACK = "taken_back", _("taken back")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="workshop_requests")
    outline = models.ForeignKey(
        Outline, null=True, blank=True, on_delete=models.PROTECT, related_name="requests", verbose_name=_("outline")
    )
    subject = models.CharField(_("what it should be about"), max_length=200)
    purpose = models.TextField(_("why, and for whom"))
    people = models.PositiveSmallIntegerField(_("about how many people"))
    earliest = models.DateField(_("not before"))
    latest = models.DateField(_("not after"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.RU)
    place = models.CharField(_("place"), max_length=200, blank=True)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    workshop = models.ForeignKey(Workshop, null=True, blank=True, on_delete=models.PROTECT, related_name="requests")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = WorkshopRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("request for a workshop")
        verbose_name_plural = _("requests for workshops")
        constraints = [
            models.CheckConstraint(condition=Q(latest__gte=F("earliest")), name="workshop_request_dates_in_order"),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(workshop__isnull=False), name="workshop_request_names_workshop"
            ),
        ]

    def __str__(self) -> str:
        return self.subject
