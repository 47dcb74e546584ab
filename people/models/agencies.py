"""Organisations that send people."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.fields import Translated
from people.models.accounts import Account, Role, RoleGrant


class AgencyQuerySet(models.QuerySet["Agency"]):
    def coordinated_by(self, account: "Account") -> "AgencyQuerySet":
        """Agencies that the account coordinates today: those of its coordinator roles with everything below them."""
        grants = (
            RoleGrant.objects.active()
            .filter(account_id=account.pk, role=Role.COORDINATOR)
            .alias(inner_path=models.ExpressionWrapper(OuterRef("path"), output_field=models.CharField()))
            .filter(inner_path__startswith=F("agency__path"))
        )
        return self.filter(Exists(grants))

    def visible_to(self, account: "Account") -> "AgencyQuerySet":
        """Agencies whose named people the account may read: all for managers, the own subtree for coordinators."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        return self.coordinated_by(account)

    def within(self, agency: "Agency") -> "AgencyQuerySet":
        """The agency and everything below it."""
        return self.filter(path__startswith=agency.path)


class Agency(models.Model):
    """An organisation that sends people.

    Rows never move: a merger, a move in the tree or a new name closes the row at a date and names a successor, so that
    the past keeps its ministry. `path` ("/3/17/") is therefore written once and makes a subtree one prefix.
    """

    class Kind(models.TextChoices):
        STATE_AUTHORITY = "state_authority", _("State authority")
        REGIONAL_AUTHORITY = "regional_authority", _("Regional authority")
        HEALTH_INSTITUTION = "health_institution", _("Health institution")
        NGO = "ngo", _("Non-governmental organisation")
        INTERNATIONAL_ORGANISATION = "international_organisation", _("International organisation")
        EDUCATION = "education", _("Education")

    code = models.CharField(max_length=40, unique=True, validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")])
    name_en = models.CharField(max_length=200)
    name_ru = models.CharField(max_length=200, blank=True)
    name_be = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    region = models.CharField(max_length=40, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=200, unique=True, null=True, editable=False)
    # Empty where it has been there longer than anybody here remembers.
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors")
    # Of an agency that came out of a split, beside the one that is named as its successor.
    split_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="splits")

    name = Translated()
    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        constraints = [
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(closed_on__isnull=False), name="agency_successor_when_closed"
            ),
            models.CheckConstraint(
                condition=Q(opened_on__isnull=True) | Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="agency_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """0 for a root, 1 for its children …"""
        return (self.path or "").count("/") - 2
