"""Organisations that send people."""

from datetime import date
from itertools import product
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import Translated
from people.models.accounts import Account, Role, RoleGrant, RoleGrantQuerySet


class _Today(models.Value):
    """The day on which the database is asked: fields of forms are made once for a process that runs for weeks."""

    def __init__(self) -> None:
        super().__init__(None, output_field=models.DateField())

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        self.value = timezone.localdate()
        return super().as_sql(*args, **kwargs)


class AgencyQuerySet(models.QuerySet["Agency"]):
    def coordinated_by(self, account: "Account") -> "AgencyQuerySet":
        """Agencies that the account coordinates today: those of its coordinator roles with everything below them.

        Rows that are closed go with the agency that took their place, so that a new name takes nobody's past away; but
        only below the same agency: who joins another ministry does not bring it the past of the one before.
        """
        grants = RoleGrant.objects.active().filter(account_id=account.pk, role=Role.COORDINATOR)
        own = Exists(_covering(grants, "path"))
        over = Q(closed_on__lt=timezone.localdate())
        followed = (_beside("") & Q(Exists(_covering(grants, "successor__path")))) | (
            _beside("")
            & _beside("successor__")
            & Q(Exists(_covering(grants, "successor__successor__path")), successor__closed_on__lt=timezone.localdate())
        )
        return self.filter(Q(own) | (over & followed))

    def open_on(self, day: date) -> "AgencyQuerySet":
        """Agencies that are there on a day: opened by then, and not closed before it."""
        opened = Q(opened_on__isnull=True) | Q(opened_on__lte=day)
        return self.filter(opened, Q(closed_on__isnull=True) | Q(closed_on__gte=day))

    def still_there(self) -> "AgencyQuerySet":
        """Agencies that are not closed yet: those with a last day are there until it is over."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=_Today()))

    def search(self, text: str) -> "AgencyQuerySet":
        """Agencies whose code or name in any language holds every word of `text`."""
        found = self
        for word in text.split():
            # A database may fold only ASCII letters, so that Cyrillic is asked for as people write it as well.
            spellings = {word, word.lower(), word.upper(), word.capitalize()}
            fits = Q(code__icontains=word)
            for field, spelling in product(("name_en", "name_ru", "name_be"), spellings):
                fits |= Q(**{f"{field}__icontains": spelling})
            found = found.filter(fits)
        return found

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


def _beside(agency: str) -> Q:
    """Whether an agency and its successor stand below the same one."""
    parent, other = f"{agency}parent", f"{agency}successor__parent"
    return Q(**{parent: F(other)}) | Q(**{f"{parent}__isnull": True, f"{other}__isnull": True})


def _covering(grants: RoleGrantQuerySet, path: str) -> RoleGrantQuerySet:
    """Of coordinators' grants, as a subquery, those whose agency stands at or above the path of the outer agency."""
    inner = models.ExpressionWrapper(OuterRef(path), output_field=models.CharField())
    return grants.alias(inner_path=inner).filter(inner_path__startswith=F("agency__path"))


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
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.closed_on is not None and self.closed_on < timezone.localdate()

    @property
    def depth(self) -> int:
        """0 for a root, 1 for its children …"""
        return (self.path or "").count("/") - 2
