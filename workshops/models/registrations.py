"""Seats, the people who take them, and their attempts at the tests before and after."""

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from assessments.models import Attempt
from core.codes import printed, random_symbols
from people.models import Account, Agency, Language, Person
from workshops.attendance import is_expected
from workshops.models.schedule import Facilitation, Session, Workshop

PASS_CODE_LENGTH = 10


def new_pass_code() -> str:
    """Return a random code of ten symbols (50 bits) for a badge."""
    return random_symbols(PASS_CODE_LENGTH)


class SeatPoolQuerySet(models.QuerySet["SeatPool"]):
    def with_taken(self) -> "SeatPoolQuerySet":
        """Adds `taken`: seats that somebody has or was offered."""
        taken = Count("registrations", filter=Q(registrations__state__in=Registration.SEATED))
        return self.annotate(taken=taken)


class SeatPool(models.Model):
    """Seats of a workshop kept for an agency, or open to all when it names none."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="pools")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="seat_pools")
    seats = models.PositiveSmallIntegerField()
    released_on = models.DateField(_("unused seats released on"), null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    taken: int  # added by `with_taken()`

    objects = SeatPoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat pool")
        verbose_name_plural = _("seat pools")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "agency"], condition=Q(agency__isnull=False), name="seat_pool_once_per_agency"
            ),
            models.UniqueConstraint(fields=["workshop"], condition=Q(agency__isnull=True), name="seat_pool_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.workshop}: {self.agency or '–'} ({self.seats})"

    def serves(self, agency: Agency) -> bool:
        """Whether people of an agency may take its seats: the agency itself, those below it, or anybody."""
        return self.agency is None or (agency.path or "").startswith(self.agency.path or "")


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def active(self) -> "RegistrationQuerySet":
        """Registrations that still stand: not rejected, withdrawn, lapsed or replaced."""
        return self.filter(state__in=Registration.ACTIVE)

    def ever_confirmed(self) -> "RegistrationQuerySet":
        """N_conf: confirmed at any time before the workshop's end, walk-ins included. Facilitators take no part."""
        running = Facilitation.objects.standing().filter(workshop=OuterRef("workshop"), person=OuterRef("person"))
        return self.filter(~Exists(running), confirmed_at__isnull=False)

    def taking_part(self) -> "RegistrationQuerySet":
        """Ever confirmed, without those who had gone before the first session began: nothing was expected of them."""
        first = Session.objects.filter(workshop=OuterRef("workshop")).order_by("starts_at").values("starts_at")[:1]
        return self.ever_confirmed().exclude(ended_at__lt=Subquery(first))

    def visible_to(self, account: Account) -> "RegistrationQuerySet":
        """Own registrations; those of the own workshops for facilitators; of the own subtree for coordinators."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        workshops = Workshop.objects.worked_on_by(account).values("pk")
        coordinated = Agency.objects.coordinated_by(account).values("pk")
        return self.filter(Q(person_id=account.person_id) | Q(workshop__in=workshops) | Q(agency__in=coordinated))


class Registration(models.Model):
    """A person's way into a workshop, for an agency. How it ended (attended, partial, no-show) is computed."""

    class State(models.TextChoices):
        NOMINATED = "nominated", _("nominated")
        INVITED = "invited", _("invited")
        PENDING = "pending", _("awaiting approval")
        CONFIRMED = "confirmed", _("confirmed")
        WAITLISTED = "waitlisted", _("on the waiting list")
        OFFERED = "offered", _("place offered")
        LAPSED = "lapsed", _("offer lapsed")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REPLACED = "replaced", _("replaced")

    class Source(models.TextChoices):
        NOMINATION = "nomination", _("nomination")
        SELF = "self", _("own registration")
        WALK_IN = "walk_in", _("walk-in")

    ACTIVE = (
        State.NOMINATED, State.INVITED, State.PENDING, State.CONFIRMED, State.WAITLISTED, State.OFFERED,
    )  # fmt: skip
    SEATED = (State.CONFIRMED, State.OFFERED)

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="registrations")
    pool = models.ForeignKey(SeatPool, null=True, blank=True, on_delete=models.PROTECT, related_name="registrations")
    state = models.CharField(max_length=10, choices=State.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    track = models.CharField(max_length=40, blank=True)
    # Within an agency's nominations: the lower the number, the sooner a seat; 0 means that no order was given.
    priority = models.PositiveSmallIntegerField(default=0)
    post = models.CharField(_("post"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, blank=True)
    # On the badge, and what somebody without an account types at check-in.
    pass_code = models.CharField(max_length=PASS_CODE_LENGTH, unique=True, default=new_pass_code, editable=False)
    nominated_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("rejected, withdrawn, lapsed or replaced at"), null=True, blank=True)
    reason = models.TextField(blank=True)
    replaced_by = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces")
    # Whether the person was there in at least one session of the workshop, kept by the registers: reports count it over
    # a whole country, and `rebuild_attendance` proves it equal to the records.
    attended = models.BooleanField(default=False, editable=False)
    # Whether the person has, or once had, another registration in the workshop: reports ask only of these which of them
    # speaks for the person. `rebuild_attendance` proves that none is missed.
    repeated = models.BooleanField(default=False, editable=False)
    # Frozen when the rule of the workshop was met: moment and explanation.
    completed_at = models.DateTimeField(null=True, blank=True)
    completion = models.JSONField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["workshop", "pk"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "person"],
                condition=Q(state__in=["nominated", "invited", "pending", "confirmed", "waitlisted", "offered"]),
                name="registration_one_active",
            ),
            models.UniqueConstraint(
                fields=["workshop", "person"],
                condition=Q(completed_at__isnull=False),
                name="registration_completed_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False), name="registration_confirmed_at"
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(completion__isnull=False, confirmed_at__isnull=False),
                name="registration_completed_is_explained",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "workshop"], name="registration_by_agency"),
            models.Index(fields=["person", "workshop"], name="registration_by_person"),
            models.Index(fields=["workshop", "state"], name="registration_by_state"),
            models.Index(fields=["state", "offered_until"], name="registration_offers"),
            models.Index(fields=["workshop", "person"], condition=Q(repeated=True), name="registration_repeated"),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.workshop}"

    @property
    def printed_pass_code(self) -> str:
        """The personal code in two groups, as people read it out."""
        return printed(self.pass_code)

    def is_expected_in(self, session: Session) -> bool:
        """Whether the register of a session of the same workshop names the person.

        That of a session which makes up for another one names those who lack minutes of that, when it opens.
        """
        return session.makes_up_for_id is None and self.could_come_to(session)

    def may_make_up(self, session: Session, *, lacking: bool) -> bool:
        """Whether the person will be asked to a session that makes up for one, `lacking` minutes of that one."""
        return lacking and session.opened_at is None and self.could_come_to(session)

    def could_come_to(self, session: Session) -> bool:
        """Whether the session is for the person's track, and the person had a place then."""
        if session.track not in {"", self.track}:
            return False
        return is_expected(self.confirmed_at, self.ended_at, session.starts_at, session.ends_at)


class PhaseAttempt(models.Model):
    """The attempt a participant made at the test before or after."""

    class Phase(models.TextChoices):
        PRE = "pre", _("before")
        POST = "post", _("after")

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="phase_attempts")
    phase = models.CharField(max_length=4, choices=Phase.choices)
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="phase_attempt")

    class Meta:
        indexes = [models.Index(fields=["registration", "phase"], name="phase_attempt_lookup")]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.phase}"
