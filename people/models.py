"""Persons, their accounts, agencies, dated membership and roles."""

import secrets
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.fields import Translated
from core.folding import fold
from people import scopes


class Language(models.TextChoices):
    EN = "en", _("English")
    RU = "ru", _("Russian")
    BE = "be", _("Belarusian")


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
    closed_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors")

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
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """0 for a root, 1 for its children …"""
        return (self.path or "").count("/") - 2


CODE_CHARACTERS = "23456789abcdefghjkmnpqrstvwxyz"


def new_public_code() -> str:
    """A name for a person in files and addresses that tells nothing: 10 characters without look-alikes."""
    return "".join(secrets.choice(CODE_CHARACTERS) for _ in range(10))


def public_code_from(*words: str) -> str:
    """Such a name that only we can derive from `words`: a form that is sent twice names one person twice."""
    digest = salted_hmac("people.public_code", "\0".join(words), algorithm="sha256").digest()
    return "".join(CODE_CHARACTERS[byte % len(CODE_CHARACTERS)] for byte in digest[:10])


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, account: "Account") -> "PersonQuerySet":
        """People the account may see by name: itself, and whom each app's registered way brings (see `scopes`)."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        condition = Q(pk=account.person_id)
        for way in scopes.ways():
            condition |= Q(pk__in=way(account))
        return self.filter(condition)

    def search(self, text: str) -> "PersonQuerySet":
        """People whose names or e-mail hold every word of `text`, in either script, letters forgiven."""
        found = self
        for word in fold(text).split():
            found = found.filter(search_text__contains=word)
        return found

    def unmerged(self) -> "PersonQuerySet":
        """People as they are counted: records that were merged into another are left out."""
        return self.filter(merged_into__isnull=True)

    def namesakes(self, family_name: str, given_name: str, patronymic: str = "") -> "PersonQuerySet":
        """People who may be the one of this name: the same names, and the same patronymic where both have one."""
        short = fold(family_name, given_name)
        same = Q(sort_name=short) | Q(sort_name=fold(family_name, given_name, patronymic))
        return self.unmerged().filter(same if patronymic else Q(sort_name=short) | Q(sort_name__startswith=f"{short} "))

    def named_exactly(self, text: str) -> "PersonQuerySet":
        """The person whose whole e-mail or public code this is: how people outside one's scope are found."""
        word = text.strip().lower()
        return self.unmerged().filter(Q(public_code=text.strip()) | Q(email=word)) if word else self.none()


class Person(models.Model):
    """A human being whom facts are about. The account, if there is one, is another record."""

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")
        UNDISCLOSED = "undisclosed", _("undisclosed")

    public_code = models.CharField(max_length=40, unique=True, default=new_public_code)
    family_name = models.CharField(max_length=100)
    given_name = models.CharField(max_length=100)
    patronymic = models.CharField(max_length=100, blank=True)
    name_latin = models.CharField(max_length=200, blank=True)
    sex = models.CharField(max_length=12, choices=Sex.choices, default=Sex.UNDISCLOSED)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.RU)
    time_zone = models.CharField(max_length=60, default="Europe/Minsk")
    search_text = models.TextField(editable=False)
    sort_name = models.CharField(max_length=300, editable=False)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email="") & Q(merged_into__isnull=True), name="person_email_once"
            ),
        ]
        indexes = [models.Index(fields=["sort_name", "id"], name="person_by_name")]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fold_names()
        super().save(*args, **kwargs)

    def fold_names(self) -> None:
        """Fill the columns that search and sorting use; `bulk_create`, which skips `save`, needs it called before."""
        self.email = self.email.strip().lower()
        self.sort_name = fold(self.family_name, self.given_name, self.patronymic)
        self.search_text = fold(self.family_name, self.given_name, self.patronymic, self.name_latin, self.email)

    @property
    def full_name(self) -> str:
        """Family name first, as registers and orders write it."""
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)

    @property
    def first_names(self) -> str:
        """How a letter addresses the person."""
        return " ".join(part for part in (self.given_name, self.patronymic) if part)


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """Create an account; without a password it can only sign in by code or passkey."""
        account = self.model(email=email, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """Create an account that may do everything in the CMS."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser, PermissionsMixin):
    """The right to sign in. One to one with a person, who may well have none."""

    email = models.EmailField(unique=True)
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(condition=~Q(email=""), name="account_has_email"),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @property
    def is_staff(self) -> bool:
        """Wagtail and allauth ask; the Django admin is not installed."""
        return self.is_superuser

    def get_full_name(self) -> str:
        return self.person.full_name if self.person else self.email

    def get_short_name(self) -> str:
        return self.person.given_name if self.person else self.email

    @property
    def active_roles(self) -> frozenset[str]:
        """Roles in force today, read once per instance, that is once per request."""
        if not hasattr(self, "_active_roles"):
            granted = RoleGrant.objects.active().filter(account=self)
            self._active_roles = frozenset(granted.values_list("role", flat=True))
        return self._active_roles

    @property
    def sees_everybody(self) -> bool:
        """Managers and administrators read all agencies (named reads are audited)."""
        return self.is_superuser or bool(self.active_roles & {Role.MANAGER, Role.ADMINISTRATOR})


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date | Any) -> "MembershipQuerySet":
        """Memberships in force on a day (a date or an expression)."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)

    def current(self) -> "MembershipQuerySet":
        """Memberships in force today."""
        return self.on(timezone.localdate())


class Membership(models.Model):
    """A person's time in an agency. Nothing is overwritten when somebody moves: the row ends, another begins."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    post = models.CharField(max_length=200, blank=True)
    primary = models.BooleanField(default=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="membership_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(valid_to__isnull=True, primary=True), name="membership_one_open_primary"
            ),
        ]
        indexes = [models.Index(fields=["agency", "valid_from"], name="membership_by_agency")]

    def __str__(self) -> str:
        return f"{self.person} – {self.agency}"


class Role(models.TextChoices):
    """What an account may do beyond learning, which everybody may."""

    FACILITATOR = "facilitator", _("facilitator")
    COORDINATOR = "coordinator", _("coordinator")
    MANAGER = "manager", _("programme manager")
    EDITOR = "editor", _("editor")
    ADMINISTRATOR = "administrator", _("administrator")


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def active(self) -> "RoleGrantQuerySet":
        """Grants in force today."""
        today = timezone.localdate()
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), valid_from__lte=today)


class RoleGrant(models.Model):
    """A role given to an account for a time, by somebody."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="role_grants")
    valid_from = models.DateField(default=timezone.localdate)
    valid_to = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("granted role")
        verbose_name_plural = _("granted roles")
        constraints = [
            models.CheckConstraint(
                condition=Q(role="coordinator", agency__isnull=False)
                | (~Q(role="coordinator") & Q(agency__isnull=True)),
                name="role_agency_for_coordinators_only",
            ),
            models.UniqueConstraint(
                fields=["account", "role"],
                condition=Q(valid_to__isnull=True, agency__isnull=True),
                name="role_granted_once",
            ),
            models.UniqueConstraint(
                fields=["account", "role", "agency"],
                condition=Q(valid_to__isnull=True, agency__isnull=False),
                name="role_granted_once_per_agency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.role}"
