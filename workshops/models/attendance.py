"""Who was there: events as they were seen or said, records as they add up."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import AppendOnlyModel
from people.models import Account, Agency, Person
from workshops.attendance import Evidence
from workshops.models.registrations import Registration
from workshops.models.schedule import Facilitation, Session, Workshop
from workshops.models.storage import private_storage

# Names the events that requests lead to.
_REQUESTS = uuid.UUID("5d0f9f0a-3a2c-4c8e-9f7e-0a4f1f2b6c11")


class AttendanceStatus(models.TextChoices):
    PRESENT = "present", _("present")
    LATE = "late", _("late")
    LEFT_EARLY = "left_early", _("left early")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")
    NOT_RECORDED = "not_recorded", _("not recorded")


class AttendanceEvent(AppendOnlyModel):
    """Something seen or said about a person's presence. The device makes the id: the same id twice is one event."""

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
    # The name that a device gave itself, to tell two phones in one room apart.
    device = models.CharField(max_length=40, blank=True)
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
            models.CheckConstraint(condition=~Q(kind="mark") | ~Q(status=""), name="attendance_mark_has_status"),
        ]
        indexes = [models.Index(fields=["session", "person"], name="attendance_event_by_record")]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.person_id or self.raw_code} {self.kind} {self.status}"

    @property
    def evidence(self) -> Evidence:
        """The event as the rules of attendance see it."""
        return Evidence(
            self.pk,
            self.kind,
            self.source,
            self.device_time,
            self.server_time,
            self.status,
            self.minutes,
            self.correction,
        )


class AttendanceRecordQuerySet(models.QuerySet["AttendanceRecord"]):
    def visible_to(self, account: Account) -> "AttendanceRecordQuerySet":
        """Own records; those of the own workshops for facilitators and helpers; of the own subtree for coordinators."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        workshops = Workshop.objects.worked_on_by(account, Facilitation.Right.CHECK_IN).values("pk")
        coordinated = Agency.objects.coordinated_by(account).values("pk")
        return self.filter(
            Q(person_id=account.person_id) | Q(session__workshop__in=workshops) | Q(agency__in=coordinated)
        )


class AttendanceRecord(models.Model):
    """What the events of a person in a session amount to; `rebuild_attendance` proves it equal to the events."""

    # What `reason` may say, in words for people.
    REASONS = {
        "facilitator": _("Marked by the facilitator"),
        "correction": _("Corrected after the register was signed"),
        "paper": _("Taken from the paper register"),
        "coordinator": _("Reported by the coordinator"),
        "qr": _("QR code scanned"),
        "code": _("Code typed"),
        "badge": _("Badge scanned"),
        "online": _("Seen in the log of the online meeting"),
    }

    # Indexes of several columns begin with session and agency, which need none of their own.
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="records", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attendance_records")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="records")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="attendance_records", db_index=False)
    track = models.CharField(max_length=40, blank=True)
    planned_minutes = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=AttendanceStatus.choices, default=AttendanceStatus.NOT_RECORDED)
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
        indexes = [
            models.Index(fields=["agency", "registration"], name="attendance_by_agency"),
            models.Index(fields=["session"], condition=Q(status="not_recorded"), name="attendance_not_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.person_id} {self.status}"

    @property
    def reason_label(self) -> str | Promise:
        """Why the record says what it says; empty when nothing was said."""
        return self.REASONS.get(self.reason, "")


class AttendanceRequestQuerySet(models.QuerySet["AttendanceRequest"]):
    def waiting(self) -> "AttendanceRequestQuerySet":
        """Those that nobody has answered yet."""
        return self.filter(state=AttendanceRequest.State.OPEN)

    def after_lock(self, today: date) -> "AttendanceRequestQuerySet":
        """Those about registers that only a programme manager may still change."""
        return self.filter(session__workshop__lock_on__lt=today)

    def visible_to(self, account: Account) -> "AttendanceRequestQuerySet":
        """About oneself; about people of the own workshops for facilitators, of the own subtree for coordinators."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        workshops = Workshop.objects.facilitated_by(account).values("pk")
        coordinated = Agency.objects.coordinated_by(account).values("pk")
        return self.filter(
            Q(registration__person_id=account.person_id)
            | Q(session__workshop__in=workshops)
            | Q(registration__agency__in=coordinated)
        )


class AttendanceRequest(models.Model):
    """Somebody asks for another record: to be excused in advance, or that a record be corrected afterwards."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        TAKEN_BACK = "taken_back", _("taken back")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance_requests")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="attendance_requests")
    # What the record should say; "excused" is what can be asked in advance.
    status = models.CharField(max_length=12, choices=AttendanceStatus.choices)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField()
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = AttendanceRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("request about a record")
        verbose_name_plural = _("requests about records")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "registration"], condition=Q(state="open"), name="attendance_request_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "refused"])
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="attendance_request_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.registration_id} {self.status} {self.state}"

    def can_be_taken_back(self, session: Session) -> bool:
        """Whether the register does not speak of it yet. The session is its own, as it is now."""
        noted_later = self.state == self.State.GRANTED and self.status == AttendanceStatus.EXCUSED
        return self.state == self.State.OPEN or (noted_later and session.opened_at is None)

    @property
    def event(self) -> AttendanceEvent:
        """What a register that is open says because of it. The id is always the same.

        Select `registration` and `asked_by` along.
        """
        own = self.asked_by.person_id == self.registration.person_id
        return AttendanceEvent(
            id=uuid.uuid5(_REQUESTS, str(self.pk)),
            session_id=self.session_id,
            person_id=self.registration.person_id,
            kind=AttendanceEvent.Kind.MARK,
            source=AttendanceEvent.Source.FACILITATOR if own else AttendanceEvent.Source.COORDINATOR,
            status=self.status,
            minutes=self.minutes,
            device_time=self.answered_at or self.asked_at,
            actor_id=self.answered_by_id,
            note=self.reason,
        )


class RegisterScan(models.Model):
    """A photograph or scan of the paper that people signed, kept with the register."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="scans")
    file = models.FileField(upload_to="registers/%Y/%m/", storage=private_storage)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "sha256"], name="register_scan_once")]

    def __str__(self) -> str:
        return self.name


class OnlineLog(models.Model):
    """The log of an online meeting as it was brought in: evidence of who joined when, not attendance yet."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="online_logs")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    # [{"line", "name", "email", "joined", "left"}], moments in ISO 8601 with their offset.
    rows = models.JSONField()
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "sha256"], name="online_log_once")]

    def __str__(self) -> str:
        return self.name


class OnlineName(models.Model):
    """Who somebody in the logs of a workshop is, as decided once: a participant, or nobody who takes part."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="online_names")
    # Folded name or address, as the log has it.
    key = models.CharField(max_length=300)
    registration = models.ForeignKey(
        Registration, null=True, blank=True, on_delete=models.PROTECT, related_name="online_names"
    )
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "key"], name="online_name_once")]

    def __str__(self) -> str:
        return self.key
