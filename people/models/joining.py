"""How people come in: approved mail domains, invitations, and requests that a coordinator decides about."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models.accounts import Account
from people.models.agencies import Agency
from people.models.persons import Language, Person


class AgencyDomain(models.Model):
    """A mail domain of an agency: who reads mail there works there, and is taken in without being asked further."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="domains")
    domain = models.CharField(_("mail domain"), max_length=253, unique=True)
    approved_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["domain"]
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        constraints = [
            models.CheckConstraint(condition=Q(domain=models.functions.Lower("domain")), name="agency_domain_lower"),
        ]

    def __str__(self) -> str:
        return self.domain


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, account: Account) -> "InvitationQuerySet":
        """Invitations of agencies whose people the account may read, and those that it sent itself."""
        return self.filter(Q(agency__in=Agency.objects.visible_to(account).values("pk")) | Q(invited_by=account.pk))

    def waiting(self, moment: datetime | None = None) -> "InvitationQuerySet":
        """Invitations that can still be accepted."""
        now = moment or timezone.now()
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now)


class Invitation(models.Model):
    """A letter to one address that lets one person into one agency, for some days and once.

    `person` is whom it is for where the person is known already; names are what the inviter wrote. The letter holds a
    secret of which only the digest is kept.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", pgettext_lazy("invitation", "accepted")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    patronymic = models.CharField(_("patronymic"), max_length=100, blank=True)
    post = models.CharField(_("post"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.RU)
    # From which day on the person belongs to the agency.
    since = models.DateField()
    secret_digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(accepted_by__isnull=False, withdrawn_at__isnull=True),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("invited_at")), name="invitation_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.agency}"

    def state_at(self, moment: datetime) -> State:
        """Where the invitation stands at a moment."""
        if self.accepted_at is not None:
            return self.State.ACCEPTED
        if self.withdrawn_at is not None:
            return self.State.WITHDRAWN
        return self.State.WAITING if moment < self.expires_at else self.State.EXPIRED


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def visible_to(self, account: Account) -> "JoinRequestQuerySet":
        """The own requests, and those for agencies whose people the account may read."""
        return self.filter(Q(account=account.pk) | Q(agency__in=Agency.objects.visible_to(account).values("pk")))

    def waiting(self) -> "JoinRequestQuerySet":
        """Requests that nobody has decided about."""
        return self.filter(state=JoinRequest.State.WAITING)


class JoinRequest(models.Model):
    """Somebody who proved an e-mail says who they are and where they work; a coordinator decides.

    A domain that the agency approved decides at once.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="join_requests")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="join_requests")
    family_name = models.CharField(_("family name"), max_length=100)
    given_name = models.CharField(_("given name"), max_length=100)
    patronymic = models.CharField(_("patronymic"), max_length=100, blank=True)
    post = models.CharField(_("post"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.RU)
    since = models.DateField(_("works there since"))
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(null=True, blank=True)
    # Nobody where a mail domain decided.
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(state="waiting"), name="join_request_one_waiting"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="join_request_decided_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_name} {self.given_name}: {self.agency}"
