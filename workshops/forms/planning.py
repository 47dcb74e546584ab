"""Input for planning workshops. `save()` calls a service."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from assessments.models import Test
from people.models import Account, Language, Person
from workshops import services
from workshops.errors import WorkshopError
from workshops.forms.fields import DayField, date_input, named_person, offer, time_input
from workshops.models import (
    PLACES,
    Facilitation,
    Outline,
    OutlinePage,
    OutlineSession,
    Room,
    Session,
    Workshop,
    WorkshopRequest,
)
from workshops.models.outlines import validate_code
from workshops.rules import RULE_FIELDS, Rule
from workshops.services.clashes import Wanted, people_of
from workshops.services.schedule import fixed_fields
from workshops.services.sessions import ATTENDED, leaves_attendance
from workshops.timetable import Slot
from workshops.zones import is_zone

# Addresses under /workshops/ that are no codes.
RESERVED_CODES = {
    "new", "requests", "record-requests", "recommendations", "rooms", "calendar", "feed", "check-in", "offline",
    "invitation", "evaluation",
}  # fmt: skip


class OutlineField(forms.ModelChoiceField):
    """An outline by its title in the language of the page."""

    def label_from_instance(self, obj: Any) -> str:
        return obj.title


def _accept_clashes() -> forms.BooleanField:
    return forms.BooleanField(required=False, label=_("Save it all the same"))


def _per_cent(label: Any, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=100, **kwargs)


class ClashMixin:
    """Shows what takes place at the same time before anything is saved; whoever ticks the box means it."""

    cleaned_data: dict[str, Any]
    clashes: list[Session]

    def look_for_clashes(
        self,
        wanted: Sequence[Wanted],
        *,
        workshop: Workshop | None,
        facilitators: Iterable[Person],
        moving: Collection[int] = (),
    ) -> None:
        """Fill `clashes`, sessions of other workshops or of the room, and refuse them unless they were accepted."""
        self.clashes = services.find_clashes(wanted=wanted, workshop=workshop, facilitators=facilitators, moving=moving)
        if self.clashes and not self.cleaned_data.get("accept_clashes"):
            raise ValidationError(_("A room or a facilitator is needed elsewhere at the same time. Look at the list."))


class AttendedMixin:
    """Asks once more before something moves for which attendance was recorded; it stays with its session."""

    cleaned_data: dict[str, Any]
    attended = False

    def ask_about_attendance(self, *, attended: bool) -> None:
        """Show the question, and refuse until it was answered."""
        self.attended = attended
        if attended and not self.cleaned_data.get("despite_attendance"):
            cast("forms.BaseForm", self).add_error(None, ATTENDED)


def wanted_at(slots: Iterable[Slot], zone: str, room: Room | None, own: int | None = None) -> list[Wanted]:
    """What sessions at these times would need."""
    return [Wanted(*services.session_moments(slot, zone), room, own) for slot in slots]


def clean_new_code(code: str) -> str:
    """A code that no workshop has yet; an empty one will be made."""
    if code:
        validate_code(code)
    if code in RESERVED_CODES:
        raise ValidationError(_("This word cannot be a code. Choose another one."))
    if code and Workshop.objects.filter(code=code).exists():
        raise ValidationError(_("Another workshop has this code. Choose another one."))
    return code


def free_code(outline: Outline | None, day: date) -> str:
    """The outline's code and the day, with a number when that is taken."""
    start = f"{outline.code if outline else 'W'}-{day:%Y%m%d}"[:36]
    taken = set(Workshop.objects.filter(code__startswith=start).values_list("code", flat=True))
    candidates = [start, *(f"{start}-{number}" for number in range(2, 1000))]
    return next(code for code in candidates if code not in taken)


class CertificateForm(forms.ModelForm):
    """What the certificate of a workshop asks for and says: a part of every form of a workshop, folded on its page."""

    threshold = _per_cent(_("Share of planned hours that the certificate asks for, per cent"))
    partial_share = _per_cent(_("Credit for late or left early when the time is not known, per cent"))
    pass_mark = _per_cent(_("Pass mark of the test after, per cent"))

    class Meta:
        model = Workshop
        fields = [
            "threshold", "partial_share", "each_day", "each_kind", "test", "test_taken", "test_required", "pass_mark",
            "evaluation_invited", "hours_printed", "certificate_months",
        ]  # fmt: skip
        labels = {"test": _("Test before and after")}
        help_texts = {
            "each_day": _("In at least one required session of each day."),
            "test_taken": _("Whatever its result."),
            "test_required": _("The certificate is then one of achievement, otherwise one of participation."),
            "evaluation_invited": _("Nobody has to answer it."),
            "certificate_months": _("Empty: it does not expire."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "test", Test.objects.filter(purpose=Test.Purpose.PRE_POST))
        self.fields["test"].empty_label = _("No test")  # type: ignore[attr-defined]

    def about_certificate(self) -> list[forms.BoundField]:
        """The fields that are folded."""
        return [field for field in self.visible_fields() if field.name in CertificateForm.Meta.fields]

    def about_workshop(self) -> list[forms.BoundField]:
        """The fields that are not, without those that ask whether something is meant."""
        elsewhere = {*CertificateForm.Meta.fields, "accept_clashes", "accept_rule"}
        return [field for field in self.visible_fields() if field.name not in elsewhere]

    def certificate_is_open(self) -> bool:
        """Whether the fold is open: for a workshop that has its rule already, and when something in it is wrong."""
        return self.instance.pk is not None or any(field.errors for field in self.about_certificate())


class WorkshopForm(ClashMixin, CertificateForm):
    """A new workshop from an outline: its sessions are copied."""

    outline = OutlineField(
        queryset=Outline.objects.none(),
        label=_("Outline"),
        empty_label=_("No outline"),
        required=False,
        help_text=_("Its sessions are copied. Without an outline you add the sessions yourself."),
    )
    title_en = forms.CharField(
        label=_("Title in English"),
        max_length=200,
        required=False,
        help_text=_("Empty: the title of the outline, in all its languages."),
    )
    title_ru = forms.CharField(label=_("Title in Russian"), max_length=200, required=False)
    title_be = forms.CharField(label=_("Title in Belarusian"), max_length=200, required=False)
    starts_on = DayField(label=_("First day"))
    place_en = forms.CharField(
        label=_("Place in English"), max_length=200, required=False, help_text=_("One language is enough for all.")
    )
    place_ru = forms.CharField(label=_("Place in Russian"), max_length=200, required=False)
    place_be = forms.CharField(label=_("Place in Belarusian"), max_length=200, required=False)
    room = forms.ModelChoiceField(
        queryset=Room.objects.all(), label=_("Room"), empty_label=_("No room yet"), required=False
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices, initial=Language.RU)
    zone = forms.CharField(
        label=_("Time zone"), max_length=60, initial="Europe/Minsk", help_text=_("For example Europe/Minsk.")
    )
    facilitator = forms.CharField(
        label=_("Facilitator"), required=False, help_text=_("The whole e-mail or the code of the person.")
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        required=False,
        help_text=_("Stands in addresses and reports. Empty: made from the outline and the day."),
    )

    accept_clashes = _accept_clashes()

    def __init__(self, *args: Any, account: Account, request: WorkshopRequest | None = None, **kwargs: Any) -> None:
        initial = _asked_for(request) if request is not None else {}
        # A workshop with the usual values, which the fields show.
        super().__init__(*args, **{"initial": initial, "instance": Workshop(), **kwargs})
        self.account, self.request = account, request
        self.clashes = []
        offer(self, "outline", Outline.objects.with_title((get_language() or "")[:2]))
        if not account.sees_everybody:
            # Whoever plans it runs it; a programme manager may name somebody else.
            del self.fields["facilitator"]

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"].strip()
        if not is_zone(zone):
            raise ValidationError(_("There is no such time zone."))
        return zone

    def clean_facilitator(self) -> Person | None:
        return named_person(self.cleaned_data["facilitator"])

    def clean_code(self) -> str:
        return clean_new_code(self.cleaned_data["code"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("outline") and not data.get("title_en"):
            self.add_error("title_en", _("Give the workshop a title, or choose an outline."))
        if self.errors:
            return data
        data.update(self._titles(data))
        outline: Outline | None = data["outline"]
        days = outline.sessions.all() if outline else ()
        slots = [
            Slot(data["starts_on"] + timedelta(days=each.day - 1), each.start_time, each.end_time) for each in days
        ]
        wanted = wanted_at(slots, data["zone"], data["room"])
        self.look_for_clashes(wanted, workshop=None, facilitators=self._facilitators())
        return data

    def save(self, commit: bool = True) -> Workshop:
        not_stored = {"accept_clashes", "facilitator"}
        data = {name: value for name, value in self.cleaned_data.items() if name not in not_stored}
        data["code"] = data["code"] or free_code(data["outline"], data["starts_on"])
        return services.schedule_workshop(
            facilitators=self._facilitators(), request=self.request, actor=self.account, **data
        )

    def _facilitators(self) -> list[Person]:
        named = self.cleaned_data.get("facilitator") or self.account.person
        return [named] if named is not None else []

    @staticmethod
    def _titles(data: dict[str, Any]) -> dict[str, str]:
        """Titles that were left empty, from the pages of the outline."""
        if data["title_en"] or not data["outline"]:
            return {}
        pages = OutlinePage.objects.filter(translation_key=data["outline"].translation_key, live=True)
        titles = {page.locale.language_code: page.title for page in pages.select_related("locale")}
        title_en = titles.get("en") or next(iter(titles.values()), data["outline"].code)
        return {
            "title_en": title_en,
            "title_ru": data["title_ru"] or titles.get("ru", ""),
            "title_be": data["title_be"] or titles.get("be", ""),
        }


def _asked_for(request: WorkshopRequest) -> dict[str, Any]:
    """What a request says about the workshop that it asks for. The outline knows its titles itself."""
    wanted = {"outline": request.outline, "language": request.language, f"place_{request.language}": request.place}
    titles = {} if request.outline else {"title_en": request.subject, f"title_{request.language}": request.subject}
    return {**wanted, **titles, "starts_on": request.earliest}


class WorkshopEditForm(CertificateForm):
    """What may change about a workshop after it was planned."""

    offer_hours = forms.IntegerField(
        label=_("Hours for which a free place is offered"),
        min_value=1,
        max_value=30 * 24,
        help_text=_("Afterwards the next one on the waiting list is asked."),
    )
    accept_rule = forms.BooleanField(label=_("Change the rule all the same"), required=False)
    touched: services.RuleChange | None = None

    class Meta:
        model = Workshop
        fields = [
            "title_en", "title_ru", "title_be", *PLACES, "language", "for_kinds", "approval", "self_registration",
            "registration_until", "offer_hours", "lock_on", *CertificateForm.Meta.fields,
        ]  # fmt: skip
        widgets = {"lock_on": date_input(), "registration_until": date_input()}
        labels = CertificateForm.Meta.labels
        help_texts = {
            **CertificateForm.Meta.help_texts,
            "for_kinds": _("Shown in the list of workshops. None: for agencies of every kind."),
            "approval": _("Who must agree before somebody who accepted is confirmed."),
            "registration_until": _("Empty: until the workshop begins."),
            "lock_on": _("After this day only a programme manager corrects registers."),
        }

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        for name in fixed_fields(self.instance, account):
            self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and RULE_FIELDS.intersection(self.changed_data):
            # The instance has got the new values only after this method.
            rule = Rule(**{name: data[name] for name in RULE_FIELDS})
            self.touched = services.whom_a_rule_touches(workshop=self.instance, rule=rule)
            if self.touched.touches and not data.get("accept_rule"):
                raise ValidationError(_("This rule changes who receives the certificate. Look at the list."))
        return data

    def save(self, commit: bool = True) -> Workshop:
        data = {name: value for name, value in self.cleaned_data.items() if name != "accept_rule"}
        return services.change_workshop(workshop=self.instance, actor=self.account, **data)


class SessionForm(AttendedMixin, ClashMixin, forms.ModelForm):
    """A session, new or changed."""

    new_room = forms.CharField(
        label=_("Another room"), max_length=200, required=False, help_text=_("If the room is not on the list yet.")
    )
    planned_minutes = forms.IntegerField(
        label=_("Planned minutes"),
        min_value=1,
        max_value=24 * 60,
        required=False,
        help_text=_("What counts for the certificate. Empty: as long as the clock says."),
    )
    join_link = forms.URLField(label=_("Link for taking part online"), required=False, assume_scheme="https")
    accept_clashes = _accept_clashes()
    despite_attendance = forms.BooleanField(required=False, label=_("Move it all the same"))

    class Meta:
        model = Session
        fields = [
            "title_en", "title_ru", "title_be", "kind", "day", "start_time", "end_time", "planned_minutes", "required",
            "makes_up_for", "mode", "room", "new_room", "join_link", "language", "track",
        ]  # fmt: skip
        field_classes = {"day": DayField}
        widgets = {"day": date_input(), "start_time": time_input(), "end_time": time_input()}
        help_texts = {
            "track": _("Only people of this track are expected. Empty: everybody."),
            "language": _("Empty: the language of the workshop."),
            "makes_up_for": _("For those who missed that session: its minutes count there, and it is not required."),
        }

    field_order = [
        "title_en", "title_ru", "title_be", "kind", "day", "start_time", "end_time", "planned_minutes", "required",
        "makes_up_for", "mode", "room", "new_room", "join_link", "language", "track",
    ]  # fmt: skip

    def __init__(self, *args: Any, workshop: Workshop, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workshop, self.account = workshop, account
        self.clashes = []
        offer(self, "makes_up_for", workshop.sessions.filter(makes_up_for__isnull=True).exclude(pk=self.instance.pk))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        slot = Slot(data["day"], data["start_time"], data["end_time"])
        try:
            wanted = wanted_at([slot], self.instance.zone or self.workshop.zone, data["room"], self.instance.pk)
        except WorkshopError as error:
            self.add_error("end_time", str(error))
            return data
        if self.instance.pk is not None:
            moved = {name: data[name] for name in ("day", "start_time", "end_time")}
            self.ask_about_attendance(attended=leaves_attendance(self.instance, **moved))
        self.look_for_clashes(wanted, workshop=self.workshop, facilitators=people_of(self.workshop))
        return data

    def _post_clean(self) -> None:
        """Rules are checked by the service; the model's own moments are written there too."""

    def save(self, commit: bool = True) -> Session:
        not_stored = {"new_room", "accept_clashes", "despite_attendance"}
        data = {name: value for name, value in self.cleaned_data.items() if name not in not_stored}
        if self.cleaned_data["new_room"]:
            data["room"] = services.add_room(name=self.cleaned_data["new_room"], actor=self.account)
        if self.instance.pk is None:
            return services.add_session(workshop=self.workshop, actor=self.account, **data)
        despite = self.cleaned_data["despite_attendance"]
        return services.change_session(session=self.instance, despite_attendance=despite, actor=self.account, **data)


class FacilitatorForm(forms.Form):
    """Somebody who runs the workshop too, or helps with a part of it."""

    person = forms.CharField(label=_("Person"), help_text=_("The whole e-mail or the code of the person."))
    right = forms.ChoiceField(
        label=_("What the person may do"),
        choices=Facilitation.Right.choices,
        initial=Facilitation.Right.EVERYTHING,
        required=False,
        help_text=_("Helpers see the people of this workshop until two weeks after its last day."),
    )

    def clean_right(self) -> str:
        """Everything, where nothing is chosen."""
        return self.cleaned_data["right"] or Facilitation.Right.EVERYTHING.value

    def clean_person(self) -> Person:
        person = named_person(self.cleaned_data["person"])
        if person is None:
            raise ValidationError(_("Write the whole e-mail or the code of the person."))
        return person


class RightForm(forms.Form):
    """What somebody who is named may do in a workshop."""

    right = forms.ChoiceField(label=_("What the person may do"), choices=Facilitation.Right.choices)


class OutlineSessionForm(forms.ModelForm):
    """A planned session of an outline, in the CMS."""

    class Meta:
        model = OutlineSession
        fields = [
            "outline", "number", "day", "start_time", "end_time", "planned_minutes", "kind", "title_en", "title_ru",
            "title_be", "required",
        ]  # fmt: skip
        widgets = {"start_time": time_input(), "end_time": time_input()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and data["end_time"] <= data["start_time"]:
            self.add_error("end_time", _("The session must end after it begins."))
        return data

    def save(self, commit: bool = True) -> OutlineSession:
        existing = self.instance if self.instance.pk else None
        self.instance = services.save_outline_session(session=existing, **self.cleaned_data)
        return self.instance
