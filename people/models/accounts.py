"""The right to sign in, and the roles that come on top of learning."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.prepared import Given, Prepared
from people.models.persons import Person


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


class TextSize(models.TextChoices):
    NORMAL = "normal", _("normal")
    LARGE = "large", _("larger")
    LARGEST = "largest", _("largest")


class Account(AbstractBaseUser, PermissionsMixin):
    """The right to sign in. One to one with a person, who may well have none."""

    email = models.EmailField(unique=True)
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # How pages are shown to this account.
    text_size = models.CharField(_("text size"), max_length=10, choices=TextSize.choices, default=TextSize.NORMAL)
    less_motion = models.BooleanField(_("nothing moves by itself"), default=False)
    more_contrast = models.BooleanField(_("high contrast"), default=False)
    text_only = models.BooleanField(_("text only"), default=False)
    # Kinds of messages that the person does not want; those that are needed cannot be turned off.
    muted_messages = models.JSONField(default=list, blank=True)

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

    @cached_property
    def active_roles(self) -> frozenset[str]:
        """Roles in force today, read once per instance, that is once per request."""
        return frozenset(_ROLES.rows(account=self.pk))

    @property
    def sees_everybody(self) -> bool:
        """Managers and administrators read all agencies (named reads are audited)."""
        return self.is_superuser or bool(self.active_roles & {Role.MANAGER, Role.ADMINISTRATOR})


class Role(models.TextChoices):
    """What an account may do beyond learning, which everybody may."""

    FACILITATOR = "facilitator", _("facilitator")
    COORDINATOR = "coordinator", _("coordinator")
    MANAGER = "manager", _("programme manager")
    EDITOR = "editor", _("editor")
    LAWYER = "lawyer", _("reviewing lawyer")
    DOCTOR = "doctor", _("reviewing doctor")
    ADMINISTRATOR = "administrator", _("administrator")


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def active(self) -> "RoleGrantQuerySet":
        """Grants in force today."""
        today = timezone.localdate()
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), valid_from__lte=today)

    def reaching(self, agencies: models.QuerySet[Any]) -> "RoleGrantQuerySet":
        """Coordinators' grants in force today that reach one of some agencies, as `coordinated_by` says."""
        today, own = timezone.localdate(), OuterRef("agency__path")
        followed = Q(successor__path__startswith=own) | Q(
            successor__successor__path__startswith=own, successor__closed_on__lt=today
        )
        reached = agencies.filter(Q(path__startswith=own) | (Q(closed_on__lt=today) & followed))
        return self.active().filter(Exists(reached), role=Role.COORDINATOR, account__is_active=True)


class RoleGrant(models.Model):
    """A role given to an account for a time, by somebody."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    agency = models.ForeignKey(
        "people.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="role_grants"
    )
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


def _roles() -> models.QuerySet[RoleGrant, str]:
    granted = RoleGrant.objects.active().filter(account=Given("account"))
    return granted.values_list("role", flat=True)


_ROLES = Prepared(_roles)
