"""Input for holding sessions again, moving them together, and planning a whole workshop once more."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from people.models import Account
from workshops import services
from workshops.errors import WorkshopError
from workshops.forms.fields import DayField
from workshops.forms.planning import AttendedMixin, ClashMixin, clean_new_code, free_code, wanted_at
from workshops.models import PLACES, Session, Workshop
from workshops.services.clashes import Wanted, people_of
from workshops.services.copies import planned_again
from workshops.services.sessions import any_attended, plan_shift, session_moments, slot_of
from workshops.timetable import weekly

WEEKS = 52
HALF_A_DAY = 12 * 60


class RepeatForm(ClashMixin, forms.Form):
    """A session every week."""

    times = forms.IntegerField(
        label=_("How many more weeks"),
        min_value=1,
        max_value=WEEKS,
        initial=1,
        help_text=_("On the same weekday at the same hour, also when clocks change meanwhile."),
    )
    accept_clashes = forms.BooleanField(required=False, label=_("Save it all the same"))

    def __init__(self, *args: Any, session: Session, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.account = session, account
        self.clashes = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        slots = weekly(slot_of(self.session), data["times"])
        wanted = wanted_at(slots, self.session.zone, self.session.room)
        workshop = self.session.workshop
        self.look_for_clashes(wanted, workshop=workshop, facilitators=people_of(workshop))
        return data

    def save(self) -> list[Session]:
        return services.repeat_session(session=self.session, times=self.cleaned_data["times"], actor=self.account)


class ShiftForm(AttendedMixin, ClashMixin, forms.Form):
    """All sessions from a day on, at other times."""

    since = forms.TypedChoiceField(label=_("From the day"), coerce=date.fromisoformat)
    to = DayField(
        label=_("New date of that day"),
        help_text=_("The days after it keep their distance, and every session its hour."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes later"),
        min_value=-HALF_A_DAY,
        max_value=HALF_A_DAY,
        initial=0,
        required=False,
        help_text=_("With a minus: earlier. Empty: the hours stay."),
    )
    accept_clashes = forms.BooleanField(required=False, label=_("Save it all the same"))
    despite_attendance = forms.BooleanField(required=False, label=_("Move it all the same"))

    def __init__(self, *args: Any, workshop: Workshop, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workshop, self.account = workshop, account
        self.clashes = []
        days = sorted(set(workshop.sessions.values_list("day", flat=True)))
        field = self.fields["since"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(day.isoformat(), date_format(day)) for day in days]
        self.fields["to"].initial = days[0] if days else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        data["days"], data["minutes"] = (data["to"] - data["since"]).days, data["minutes"] or 0
        if not data["days"] and not data["minutes"]:
            raise ValidationError(_("Choose another date or a number of minutes: so far nothing would move."))
        sessions = list(self.workshop.sessions.filter(day__gte=data["since"]).select_related("room"))
        self.ask_about_attendance(attended=any_attended(sessions))
        try:
            moves = plan_shift(sessions, days=data["days"], minutes=data["minutes"])
            wanted = [move.wanted for move in moves]
        except WorkshopError as error:
            raise ValidationError(str(error)) from error
        self.look_for_clashes(
            wanted,
            workshop=self.workshop,
            facilitators=people_of(self.workshop),
            moving=[each.pk for each in sessions],
        )
        return data

    def save(self) -> list[Session]:
        wanted = {name: self.cleaned_data[name] for name in ("since", "days", "minutes", "despite_attendance")}
        return services.shift_sessions(workshop=self.workshop, actor=self.account, **wanted)


class CopyForm(ClashMixin, forms.Form):
    """A workshop that is held again."""

    starts_on = DayField(label=_("First day"))
    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    title_ru = forms.CharField(label=_("Title in Russian"), max_length=200, required=False)
    title_be = forms.CharField(label=_("Title in Belarusian"), max_length=200, required=False)
    place_en = forms.CharField(label=_("Place in English"), max_length=200, required=False)
    place_ru = forms.CharField(label=_("Place in Russian"), max_length=200, required=False)
    place_be = forms.CharField(label=_("Place in Belarusian"), max_length=200, required=False)
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        required=False,
        help_text=_("Stands in addresses and reports. Empty: made from the outline and the day."),
    )
    accept_clashes = forms.BooleanField(required=False, label=_("Save it all the same"))

    def __init__(self, *args: Any, workshop: Workshop, account: Account, **kwargs: Any) -> None:
        names = ("title_en", "title_ru", "title_be", *PLACES)
        initial = {name: getattr(workshop, name) for name in names}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.workshop, self.account = workshop, account
        self.clashes = []

    def clean_code(self) -> str:
        return clean_new_code(self.cleaned_data["code"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if abs(data["starts_on"] - self.workshop.starts_on) > timedelta(days=366 * 100):
            self.add_error("starts_on", _("No calendar reaches so far."))
            return data
        wanted = [
            Wanted(*session_moments(slot, session.zone), session.room)
            for session, slot in planned_again(self.workshop, data["starts_on"])
        ]
        self.look_for_clashes(wanted, workshop=None, facilitators=people_of(self.workshop))
        return data

    def save(self) -> Workshop:
        data = {name: value for name, value in self.cleaned_data.items() if name != "accept_clashes"}
        data["code"] = data["code"] or free_code(self.workshop.outline, data["starts_on"])
        return services.copy_workshop(workshop=self.workshop, actor=self.account, **data)
