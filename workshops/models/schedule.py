"""Workshops with a date, the people who run them, rooms, sessions and signed registers."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models import Test
from core.fields import CodeListField, Translated
from core.folding import fold
from core.models import AppendOnlyModel
from people.models import Account, Agency, Language, Person
from workshops import checkin, phases
from workshops.attendance import NOT_RECORDED, Plan
from workshops.models.outlines import Outline, SessionKind, validate_code
from workshops.rules import RULE_FIELDS, Rule

# Where a workshop is, as `place` reads it in the language of the page.
PLACES = ("place_en", "place_ru", "place_be")


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def public(self) -> "WorkshopQuerySet":
        """What the list of workshops shows to anybody."""
        return self.exclude(status=Workshop.Status.DRAFT)

    def facilitated_by(self, account: Account) -> "WorkshopQuerySet":
        """Workshops that name the account's person as a facilitator (and did not hear a refusal)."""
        if not account.is_authenticated or account.person_id is None:
            return self.none()
        named = Facilitation.objects.running().filter(person_id=account.person_id)
        return self.filter(pk__in=named.values("workshop"))

    def helped_by(self, account: Account, *rights: str) -> "WorkshopQuerySet":
        """Workshops in which the account's person helps with one of some narrow rights, with any unless named.

        It ends by itself some days after the workshop (`Facilitation.HELPERS_STAY`).
        """
        if not account.is_authenticated or account.person_id is None:
            return self.none()
        named = Facilitation.objects.helping(timezone.localdate()).filter(person_id=account.person_id)
        chosen = named.filter(right__in=rights) if rights else named
        return self.filter(pk__in=chosen.values("workshop"))

    def managed_by(self, account: Account) -> "WorkshopQuerySet":
        """Workshops whose register, people and schedule the account may work on."""
        if not account.is_authenticated:
            return self.none()
        return self.all() if account.sees_everybody else self.facilitated_by(account)

    def worked_on_by(self, account: Account, *rights: str) -> "WorkshopQuerySet":
        """Those that the account manages, and those in which it helps with one of the rights (any unless named)."""
        managed = Workshop.objects.managed_by(account).values("pk")
        helped = Workshop.objects.helped_by(account, *rights).values("pk")
        return self.filter(Q(pk__in=managed) | Q(pk__in=helped))

    def seen_by(self, account: Account) -> "WorkshopQuerySet":
        """Workshops whose page the account may read: what is public, and drafts of those who work on them."""
        own = Workshop.objects.worked_on_by(account).values("pk")
        return self.filter(~Q(status=Workshop.Status.DRAFT) | Q(pk__in=own))

    def upcoming(self, today: date) -> "WorkshopQuerySet":
        """Workshops that are not over, the next one first."""
        return self.filter(ends_on__gte=today).order_by("starts_on", "code")

    def past(self, today: date) -> "WorkshopQuerySet":
        """Workshops that are over, the latest first."""
        return self.filter(ends_on__lt=today).order_by("-starts_on", "code")

    def about(self, *, aspect: str = "", agency_kind: str = "") -> "WorkshopQuerySet":
        """Those that touch an aspect, and are for a kind of agency or for all; what is left empty does not narrow."""
        found = self.filter(outline__aspect_links__aspect=aspect) if aspect else self
        if not agency_kind:
            return found
        # Lists of codes are compared as text: not every database can look into JSON.
        with_kinds = found.alias(kinds_text=Cast("for_kinds", models.TextField()))
        return with_kinds.filter(Q(kinds_text="[]") | Q(kinds_text__contains=f'"{agency_kind}"'))

    def at_place(self, words: str) -> "WorkshopQuerySet":
        """Those whose place has all the words in one of its languages (look-alike letters forgiven)."""
        wanted = fold(words).split()
        if not wanted:
            return self
        known = list(self.order_by().values_list(*PLACES).distinct())
        meant = Q(pk=None)
        for column, places in zip(PLACES, zip(*known, strict=True), strict=False):
            found = {place for place in places if all(word in fold(place) for word in wanted)}
            meant |= Q(**{f"{column}__in": found})
        return self.filter(meant)

    def with_card(self) -> "WorkshopQuerySet":
        """Everything a card shows, aspects included, in two queries."""
        return self.select_related("outline").prefetch_related("outline__aspect_links")


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

    class Approval(models.TextChoices):
        """Who must agree before somebody who accepted is confirmed."""

        NONE = "none", _("nobody")
        AGENCY = "agency", _("the coordinator of the agency")
        PROGRAMME = "programme", _("a programme manager")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[validate_code])
    outline = models.ForeignKey(Outline, null=True, blank=True, on_delete=models.PROTECT, related_name="workshops")
    title_en = models.CharField(_("title in English"), max_length=200)
    title_ru = models.CharField(_("title in Russian"), max_length=200, blank=True)
    title_be = models.CharField(_("title in Belarusian"), max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    status_at = models.DateTimeField()
    status_reason = models.TextField(blank=True)
    # Grows when it is stopped or taken up again: calendars take nothing from an older number (RFC 5545).
    sequence = models.PositiveIntegerField(default=0, editable=False)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    zone = models.CharField(_("time zone"), max_length=60, default="Europe/Minsk")
    place_en = models.CharField(_("place in English"), max_length=200, blank=True)
    place_ru = models.CharField(_("place in Russian"), max_length=200, blank=True)
    place_be = models.CharField(_("place in Belarusian"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.RU)
    for_kinds = CodeListField(_("for agencies of the kind"), codes=Agency.Kind.choices)
    # How people come in.
    approval = models.CharField(
        _("who approves participants"), max_length=10, choices=Approval.choices, default=Approval.NONE
    )
    self_registration = models.BooleanField(_("people may register themselves"), default=False)
    registration_until = models.DateField(_("last day of nomination and registration"), null=True, blank=True)
    offer_hours = models.PositiveSmallIntegerField(_("hours for which a free place is offered"), default=48)
    # The rule, as it stood when the workshop was scheduled.
    threshold = models.PositiveSmallIntegerField(_("share of planned hours required, per cent"), default=80)
    partial_share = models.PositiveSmallIntegerField(_("credit for late or early without a time, per cent"), default=80)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark of the test after, per cent"), default=75)
    test_required = models.BooleanField(_("the test after must be passed"), default=False)
    test_taken = models.BooleanField(_("the test after must be taken"), default=False)
    each_day = models.BooleanField(_("present on each day"), default=False)
    each_kind = models.BooleanField(_("present in each kind of session"), default=False)
    evaluation_invited = models.BooleanField(_("asked for an evaluation"), default=False)
    # What the certificate says and how long it holds.
    hours_printed = models.BooleanField(_("hours stand on the certificate"), default=True)
    certificate_months = models.PositiveSmallIntegerField(_("certificate valid for, months"), null=True, blank=True)
    test = models.ForeignKey(Test, null=True, blank=True, on_delete=models.PROTECT, related_name="workshops")
    lock_on = models.DateField(_("register locked on"), null=True, blank=True)
    # When somebody opened or closed the test before and after; opening it again empties the moment of closing.
    pre_opened_at = models.DateTimeField(null=True, blank=True)
    pre_closed_at = models.DateTimeField(null=True, blank=True)
    post_opened_at = models.DateTimeField(null=True, blank=True)
    post_closed_at = models.DateTimeField(null=True, blank=True)

    title = Translated()
    place = Translated()
    objects = WorkshopQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "code"]
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="workshop_dates_in_order"),
            models.CheckConstraint(condition=Q(threshold__lte=100, partial_share__lte=100), name="workshop_per_cent"),
            models.CheckConstraint(condition=Q(offer_hours__gte=1), name="workshop_offers_last"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{phase}_opened_at__isnull": True})
                    | Q(**{f"{phase}_closed_at__isnull": True})
                    | Q(**{f"{phase}_closed_at__gte": F(f"{phase}_opened_at")}),
                    name=f"workshop_{phase}_closes_after_opening",
                )
                for phase in (phases.PRE, phases.POST)
            ),
        ]
        indexes = [models.Index(fields=["starts_on", "status"], name="workshop_by_date")]

    def __str__(self) -> str:
        return self.title

    @property
    def rule(self) -> Rule:
        """What the certificate asks for."""
        return Rule(**{name: getattr(self, name) for name in RULE_FIELDS})

    @property
    def has_begun(self) -> bool:
        """Whether a register was opened, or the clock ended it without one."""
        return self.is_over or self.status == self.Status.RUNNING

    @property
    def is_stopped(self) -> bool:
        """Whether it does not take place as planned."""
        return self.status in {self.Status.POSTPONED, self.Status.CANCELLED}

    def lets_register(self, today: date) -> bool:
        """Whether people may register themselves on this day."""
        in_time = self.registration_until is None or today <= self.registration_until
        return self.self_registration and self.status == self.Status.PUBLISHED and in_time

    def offers_test(self, phase: str) -> bool:
        """Whether the test before ("pre") or after ("post") can be begun.

        Until a button was pressed the test before is open until the workshop begins, and the one after from then on.
        """
        if self.test_id is None or self.is_stopped:
            return False
        return phases.is_open(
            opened_at=getattr(self, f"{phase}_opened_at"),
            closed_at=getattr(self, f"{phase}_closed_at"),
            by_itself=self.has_begun == (phase == phases.POST),
        )

    @property
    def is_over(self) -> bool:
        return self.status in {self.Status.ENDED, self.Status.RECONCILED, self.Status.CLOSED}


class FacilitationQuerySet(models.QuerySet["Facilitation"]):
    def standing(self) -> "FacilitationQuerySet":
        """Facilitators who did not decline."""
        return self.exclude(state=Facilitation.State.DECLINED)

    def running(self) -> "FacilitationQuerySet":
        """Those of them who run everything."""
        return self.standing().filter(right=Facilitation.Right.EVERYTHING)

    def helping(self, today: date) -> "FacilitationQuerySet":
        """Those of them who have one narrow right, in workshops that are not over for long."""
        narrow = self.standing().exclude(right=Facilitation.Right.EVERYTHING)
        return narrow.filter(workshop__ends_on__gte=today - Facilitation.HELPERS_STAY)


class Facilitation(models.Model):
    """A person who runs a workshop or helps with it, what the person may do there, and the answer to the invitation."""

    # So long after the last day helpers still see the people of a workshop: late marks and names are put right.
    HELPERS_STAY: ClassVar[timedelta] = timedelta(days=14)

    class Right(models.TextChoices):
        EVERYTHING = "everything", _("everything")
        APPROVE = "approve", _("approve registrations")
        CHECK_IN = "check_in", _("check people in and take the register")
        EDIT_PEOPLE = "edit_people", _("add people and correct their details")

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="facilitations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="facilitations")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACCEPTED)
    lead = models.BooleanField(default=False)
    # A facilitator runs everything; a helper has one of the narrow rights.
    right = models.CharField(_("may"), max_length=12, choices=Right.choices, default=Right.EVERYTHING)
    invited_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = FacilitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("part in running a workshop")
        verbose_name_plural = _("parts in running workshops")
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

    def kept_by(self, account: Account) -> "SessionQuerySet":
        """Sessions whose register the account may fill: also as a helper who checks people in."""
        kept = Workshop.objects.worked_on_by(account, Facilitation.Right.CHECK_IN)
        return self.filter(workshop__in=kept.values("pk"))

    def for_track(self, track: str) -> "SessionQuerySet":
        """Sessions of a track, and those that all tracks share."""
        return self.filter(Q(track="") | Q(track=track))

    def taking_check_in(self, now: datetime) -> "SessionQuerySet":
        """Sessions on whose screens codes for check-in may stand now."""
        return self.filter(
            check_in_opened_at__isnull=False,
            check_in_closed_at__isnull=True,
            starts_at__lte=now + checkin.EARLY,
            ends_at__gte=now - checkin.AFTERWARDS,
        ).exclude(workshop__status__in=[Workshop.Status.CANCELLED, Workshop.Status.POSTPONED])

    def with_counts(self) -> "SessionQuerySet":
        """Adds `expected` and `recorded`: people on the register, and those about whom it says something."""
        recorded = Count("records", filter=~Q(records__status=NOT_RECORDED))
        return self.annotate(expected=Count("records"), recorded=recorded)

    def clashing_with(
        self,
        *,
        starts_at: datetime,
        ends_at: datetime,
        rooms: "Iterable[Room]" = (),
        facilitators: Iterable[Person] = (),
        workshop: Workshop | None = None,
    ) -> "SessionQuerySet":
        """Sessions that overlap in time and hold one of the rooms, or a facilitator who is needed here.

        `workshop` is the one being planned: its own parallel sessions share facilitators without a clash. Adds
        `same_people`; a clash without it is about the room. Cancelled and postponed workshops clash with nothing.
        """
        idle = [Workshop.Status.CANCELLED, Workshop.Status.POSTPONED]
        busy = Facilitation.objects.standing().filter(
            workshop=OuterRef("workshop"), person__in=[person.pk for person in facilitators]
        )
        own = Q(workshop=workshop.pk) if workshop is not None else Q(pk__in=[])
        same_room = Q(room__in=[room.pk for room in rooms])
        return (
            self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
            .exclude(workshop__status__in=idle)
            .alias(busy=Exists(busy))
            .annotate(same_people=models.ExpressionWrapper(Q(busy=True) & ~own, models.BooleanField()))
            .filter(same_room | Q(same_people=True))
            .select_related("workshop", "room")
            .order_by("starts_at", "pk")
        )


class Session(models.Model):
    """A part of a workshop with a register of its own.

    Day and times are local to `zone`, so that 09:00 stays 09:00 when clocks change; `starts_at` and `ends_at` are the
    same moments in UTC, written by the service that writes the local ones.
    """

    Kind = SessionKind

    class Mode(models.TextChoices):
        ROOM = "room", _("in the room")
        ONLINE = "online", _("online")
        HYBRID = "hybrid", _("in the room and online")

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="sessions")
    # The same in every calendar, whatever else changes; `sequence` counts changes of time and place (RFC 5545).
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    number = models.PositiveSmallIntegerField(_("number"))
    title_en = models.CharField(_("title in English"), max_length=200)
    title_ru = models.CharField(_("title in Russian"), max_length=200, blank=True)
    title_be = models.CharField(_("title in Belarusian"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind.choices, default=SessionKind.TRAINING)
    mode = models.CharField(_("how people take part"), max_length=10, choices=Mode.choices, default=Mode.ROOM)
    day = models.DateField(_("day"))
    start_time = models.TimeField(_("from"))
    end_time = models.TimeField(_("to"))
    zone = models.CharField(_("time zone"), max_length=60)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    planned_minutes = models.PositiveSmallIntegerField(_("planned minutes"))
    required = models.BooleanField(_("required for the certificate"), default=True)
    track = models.CharField(_("track"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, blank=True)
    room = models.ForeignKey(
        Room, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("room")
    )
    join_link = models.URLField(_("link for taking part online"), blank=True)
    # A session held again for those who missed it: minutes there count for the one it makes up for.
    makes_up_for = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="made_up_by",
        verbose_name=_("makes up for"),
    )
    # From this the rotating codes of check-in are made; empty until check-in is opened for the first time.
    check_in_secret = models.CharField(max_length=64, blank=True, editable=False)
    check_in_opened_at = models.DateTimeField(null=True, blank=True)
    check_in_closed_at = models.DateTimeField(null=True, blank=True)
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
            # Its minutes count for the other session, so by itself it asks for nothing.
            models.CheckConstraint(
                condition=Q(makes_up_for__isnull=True) | Q(required=False), name="session_make_up_is_optional"
            ),
            models.CheckConstraint(
                condition=Q(check_in_opened_at__isnull=True) | ~Q(check_in_secret=""),
                name="session_check_in_has_secret",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="session_by_start")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def is_signed(self) -> bool:
        """Whether the register is signed. Select `sign_off` along."""
        return hasattr(self, "sign_off")

    @property
    def takes_check_in(self) -> bool:
        """Whether check-in was opened, and not closed since."""
        return self.check_in_opened_at is not None and self.check_in_closed_at is None

    def plan(self, partial_share: int) -> Plan:
        """The session as the rules of attendance see it."""
        return Plan(self.starts_at, self.ends_at, self.planned_minutes, partial_share)


class SignOff(AppendOnlyModel):
    """A facilitator's word that the register of a session is right, with what was counted then."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="sign_off")
    signed_at = models.DateTimeField()
    # Empty: the register came from files of earlier years, and whoever signed it did so on paper.
    signed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # {"present": n, "late": n, …}
    counts = models.JSONField()

    def __str__(self) -> str:
        return f"{self.session} {self.signed_at:%Y-%m-%d}"


class TakenOver(models.Model):
    """A workshop that came from files of earlier years.

    Nobody is written to because of it, and no certificate is issued for it until somebody asks for that.
    """

    workshop = models.OneToOneField(Workshop, on_delete=models.PROTECT, related_name="taken_over")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.workshop_id} {self.at:%Y-%m-%d}"
