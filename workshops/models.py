"""Outlines, scheduled workshops, sessions, seats, registration, attendance."""


from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from assessments.models import Attempt, Test
from core.blocks import RICH_TEXT
from core.fields import Translated
from core.models import AppendOnlyModel
from library.models import Aspect
from people.models import Account, Agency, Person
from workshops.blocks import AgendaBlocks


class Outline(models.Model):
    """A workshop that can be held many times, whatever the language of its page."""

    code = models.CharField(max_length=40, unique=True)
    translation_key = models.UUIDField(unique=True, editable=False)

    class Meta:
        ordering = ["code"]
        verbose_name = _("outline")
        verbose_name_plural = _("outlines")

    def __str__(self) -> str:
        return self.code


class OutlineAspect(models.Model):
    """One of the four aspects that an outline touches."""

    outline = models.ForeignKey(Outline, on_delete=models.CASCADE, related_name="aspect_links")
    aspect = models.CharField(max_length=10, choices=Aspect.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["outline", "aspect"], name="outline_aspect_once")]

    def __str__(self) -> str:
        return f"{self.outline}: {self.aspect}"


class OutlineSession(models.Model):
    """A session as the outline plans it; a scheduled workshop starts from a copy."""

    outline = models.ForeignKey(Outline, on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField(default=1)
    start_time = models.TimeField()
    end_time = models.TimeField()
    planned_minutes = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    title_en = models.CharField(max_length=200)
    title_ru = models.CharField(max_length=200, blank=True)
    title_be = models.CharField(max_length=200, blank=True)
    required = models.BooleanField(default=True)

    title = Translated()

    class Meta:
        ordering = ["outline", "number"]
        constraints = [models.UniqueConstraint(fields=["outline", "number"], name="outline_session_once")]

    def __str__(self) -> str:
        return f"{self.outline} {self.number}"


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def public(self) -> "WorkshopQuerySet":
        """What the list of workshops shows to anybody."""
        return self.exclude(status=Workshop.Status.DRAFT)

    def facilitated_by(self, account: Account) -> "WorkshopQuerySet":
        """Workshops that name the account's person as a facilitator (and did not hear a refusal)."""
        if not account.is_authenticated or account.person_id is None:
            return self.none()
        named = Facilitation.objects.filter(person_id=account.person_id).exclude(state=Facilitation.State.DECLINED)
        return self.filter(pk__in=named.values("workshop"))

    def managed_by(self, account: Account) -> "WorkshopQuerySet":
        """Workshops whose register, people and schedule the account may work on."""
        if not account.is_authenticated:
            return self.none()
        return self.all() if account.sees_everybody else self.facilitated_by(account)


class Workshop(models.Model):
    """One delivery of an outline, at a time and place."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")
        RECONCILED = "reconciled", _("register complete")
        CLOSED = "closed", _("closed")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", _("cancelled")

    code = models.CharField(max_length=40, unique=True)
    outline = models.ForeignKey(Outline, null=True, blank=True, on_delete=models.PROTECT, related_name="workshops")
    title_en = models.CharField(max_length=200)
    title_ru = models.CharField(max_length=200, blank=True)
    title_be = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    status_at = models.DateTimeField()
    status_reason = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    zone = models.CharField(max_length=60, default="Europe/Minsk")
    place = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, default="ru")
    # The rule, as it stood when the workshop was scheduled.
    threshold = models.PositiveSmallIntegerField(_("share of planned hours required, per cent"), default=80)
    partial_share = models.PositiveSmallIntegerField(_("credit for late or early without a time, per cent"), default=80)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark of the test after, per cent"), default=75)
    test_required = models.BooleanField(_("the test after must be passed"), default=False)
    test = models.ForeignKey(Test, null=True, blank=True, on_delete=models.PROTECT, related_name="workshops")
    lock_on = models.DateField(_("register locked on"), null=True, blank=True)

    title = Translated()
    objects = WorkshopQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "code"]
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="workshop_dates_in_order"),
            models.CheckConstraint(condition=Q(threshold__lte=100, partial_share__lte=100), name="workshop_per_cent"),
        ]
        indexes = [models.Index(fields=["starts_on", "status"], name="workshop_by_date")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.status in {self.Status.ENDED, self.Status.RECONCILED, self.Status.CLOSED}


class Facilitation(models.Model):
    """A person who runs a workshop, and what the person answered to the invitation."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="facilitations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="facilitations")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACCEPTED)
    lead = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "person"], name="facilitation_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.workshop}"


class Room(models.Model):
    """A place that can hold one session at a time."""

    name = models.CharField(max_length=200, unique=True)
    address = models.CharField(max_length=300, blank=True)
    seats = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self) -> str:
        return self.name


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, account: Account) -> "SessionQuerySet":
        """Sessions whose register the account may open."""
        return self.filter(workshop__in=Workshop.objects.managed_by(account).values("pk"))

    def for_track(self, track: str) -> "SessionQuerySet":
        """Sessions of a track, and those that all tracks share."""
        return self.filter(Q(track="") | Q(track=track))


class Session(models.Model):
    """A part of a workshop with a register of its own.

    Day and times are local to `zone`, so that 09:00 stays 09:00 when clocks change; `starts_at` and `ends_at` are the
    same moments in UTC, written by the service that writes the local ones.
    """

    class Kind(models.TextChoices):
        ROUNDTABLE = "roundtable", _("roundtable")
        TRAINING = "training", _("training")
        COUNCIL_MEETING = "council_meeting", _("council meeting")
        FIELD_VISIT = "field_visit", _("field visit")
        TEST = "test", _("test")

    class Mode(models.TextChoices):
        ROOM = "room", _("in the room")
        ONLINE = "online", _("online")
        HYBRID = "hybrid", _("in the room and online")

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=200)
    title_ru = models.CharField(max_length=200, blank=True)
    title_be = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.TRAINING)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.ROOM)
    day = models.DateField()
    start_time = models.TimeField()
    end_time = models.TimeField()
    zone = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    planned_minutes = models.PositiveSmallIntegerField()
    required = models.BooleanField(default=True)
    track = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, blank=True)
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    join_link = models.URLField(blank=True)
    # When the register was opened: from then on there is a record for everybody expected.
    opened_at = models.DateTimeField(null=True, blank=True)

    title = Translated()
    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["workshop", "number"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.UniqueConstraint(fields=["workshop", "number"], name="session_number_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_moments_in_order"),
            models.CheckConstraint(condition=Q(planned_minutes__gt=0), name="session_has_minutes"),
        ]
        indexes = [models.Index(fields=["starts_at"], name="session_by_start")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class SignOff(AppendOnlyModel):
    """A facilitator's word that the register of a session is right, with what was counted then."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="sign_off")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    # {"present": n, "late": n, …}
    counts = models.JSONField()

    def __str__(self) -> str:
        return f"{self.session} {self.signed_at:%Y-%m-%d}"


class SeatPool(models.Model):
    """Seats of a workshop kept for an agency, or open to all when it names none."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="pools")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="seat_pools")
    seats = models.PositiveSmallIntegerField()
    released_on = models.DateField(_("unused seats released on"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "agency"], condition=Q(agency__isnull=False), name="seat_pool_once_per_agency"
            ),
            models.UniqueConstraint(
                fields=["workshop"], condition=Q(agency__isnull=True), name="seat_pool_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop}: {self.agency or '–'} ({self.seats})"


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def active(self) -> "RegistrationQuerySet":
        """Registrations that still stand: not rejected, withdrawn, lapsed or replaced."""
        return self.filter(state__in=Registration.ACTIVE)

    def ever_confirmed(self) -> "RegistrationQuerySet":
        """N_conf: confirmed at any time before the workshop's end, walk-ins included."""
        return self.filter(confirmed_at__isnull=False)

    def visible_to(self, account: Account) -> "RegistrationQuerySet":
        """Own registrations; those of the own workshops for facilitators; of the own subtree for coordinators."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        workshops = Workshop.objects.facilitated_by(account).values("pk")
        coordinated = Agency.objects.coordinated_by(account).values("pk")
        return self.filter(
            Q(person_id=account.person_id) | Q(workshop__in=workshops) | Q(agency__in=coordinated)
        )


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

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="registrations")
    pool = models.ForeignKey(SeatPool, null=True, blank=True, on_delete=models.PROTECT, related_name="registrations")
    state = models.CharField(max_length=10, choices=State.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    track = models.CharField(max_length=40, blank=True)
    priority = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("rejected, withdrawn, lapsed or replaced at"), null=True, blank=True)
    reason = models.TextField(blank=True)
    replaced_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )
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
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.workshop}"


class AttendanceStatus(models.TextChoices):
    PRESENT = "present", _("present")
    LATE = "late", _("late")
    LEFT_EARLY = "left_early", _("left early")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")
    NOT_RECORDED = "not_recorded", _("not recorded")


class AttendanceEvent(AppendOnlyModel):
    """Something seen or said about a person's presence. The id is made by the device: the same id twice is one event."""

    class Kind(models.TextChoices):
        IN = "in", _("came")
        OUT = "out", _("went")
        MARK = "mark", _("mark")
        IMPORT = "import", _("import")

    class Source(models.TextChoices):
        FACILITATOR = "facilitator", _("facilitator")
        QR = "qr", _("QR code")
        CODE = "code", _("typed code")
        BADGE = "badge", _("badge")
        ONLINE = "online", _("online log")
        PAPER = "paper", _("paper")
        COORDINATOR = "coordinator", _("coordinator")

    id = models.UUIDField(primary_key=True)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance_events")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="attendance_events"
    )
    raw_code = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    source = models.CharField(max_length=12, choices=Source.choices)
    status = models.CharField(max_length=12, choices=AttendanceStatus.choices, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    device_time = models.DateTimeField()
    server_time = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Set when a signed register was corrected.
    correction = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["session", "device_time", "server_time"]
        verbose_name = _("attendance event")
        verbose_name_plural = _("attendance events")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(raw_code=""), name="attendance_event_of_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(kind="mark") | ~Q(status=""), name="attendance_mark_has_status"
            ),
        ]
        indexes = [models.Index(fields=["session", "person"], name="attendance_event_by_record")]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.person_id or self.raw_code} {self.kind} {self.status}"


class AttendanceRecordQuerySet(models.QuerySet["AttendanceRecord"]):
    def visible_to(self, account: Account) -> "AttendanceRecordQuerySet":
        """Own records; those of the own workshops for facilitators; of the own subtree for coordinators."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        workshops = Workshop.objects.facilitated_by(account).values("pk")
        coordinated = Agency.objects.coordinated_by(account).values("pk")
        return self.filter(
            Q(person_id=account.person_id) | Q(session__workshop__in=workshops) | Q(agency__in=coordinated)
        )


class AttendanceRecord(models.Model):
    """What the events of a person in a session amount to. Derived: `rebuild_attendance` proves it equal to the events."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="records")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attendance_records")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="records")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="attendance_records")
    track = models.CharField(max_length=40, blank=True)
    planned_minutes = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=12, choices=AttendanceStatus.choices, default=AttendanceStatus.NOT_RECORDED
    )
    credited_minutes = models.PositiveSmallIntegerField(default=0)
    decided_by = models.ForeignKey(AttendanceEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    objects = AttendanceRecordQuerySet.as_manager()

    class Meta:
        ordering = ["session", "pk"]
        verbose_name = _("attendance record")
        verbose_name_plural = _("attendance records")
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="attendance_record_once"),
            models.CheckConstraint(
                condition=Q(credited_minutes__lte=F("planned_minutes")), name="attendance_credit_within_plan"
            ),
        ]
        indexes = [models.Index(fields=["agency", "session"], name="attendance_by_agency")]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.person_id} {self.status}"


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


class OutlinePage(Page):
    """What an editor writes about a workshop in one language."""

    outline_code = models.CharField(_("code"), max_length=40)
    summary = models.CharField(_("summary"), max_length=300)
    audience = models.CharField(_("for whom"), max_length=300, blank=True)
    objectives = RichTextField(_("objectives"), features=RICH_TEXT)
    methods = RichTextField(_("methods"), features=RICH_TEXT, blank=True)
    materials = RichTextField(_("materials"), features=RICH_TEXT, blank=True)
    agenda = StreamField(AgendaBlocks(), verbose_name=_("agenda"), blank=True)
    facilitator_notes = RichTextField(_("notes for facilitators, never public"), features=RICH_TEXT, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("outline_code"),
        FieldPanel("summary"),
        FieldPanel("audience"),
        FieldPanel("objectives"),
        FieldPanel("methods"),
        FieldPanel("materials"),
        FieldPanel("agenda"),
        FieldPanel("facilitator_notes"),
    ]
    override_translatable_fields = [SynchronizedField("outline_code")]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("objectives")]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("outline page")
        verbose_name_plural = _("outline pages")
