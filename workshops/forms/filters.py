"""What narrows the list of workshops and the months of the calendar."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library.models import Aspect
from people.models import Agency, Language

YEARS = range(2000, 2100)
_NO_MONTH = gettext_lazy("Name a month, for instance 2026-03.")


class MonthField(forms.CharField):
    """A month such as 2026-03, as its first day."""

    widget = forms.Select

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        try:
            month = date.fromisoformat(f"{text}-01") if text else None
        except ValueError:
            raise ValidationError(_NO_MONTH) from None
        if month is not None and month.year not in YEARS:
            raise ValidationError(_NO_MONTH)
        return month


def _any_of(choices: type[TextChoices]) -> Callable[[], list[tuple[str, Any]]]:
    """What a list offers, asked for whenever a form is made: the language may be another one then."""
    return lambda: [("", _("All")), *((code, capfirst(label)) for code, label in choices.choices)]


class WorkshopFilterForm(forms.Form):
    """A form without consequences, sent with GET: an answer that does not fit narrows nothing."""

    aspect = forms.ChoiceField(label=gettext_lazy("Aspect"), choices=_any_of(Aspect), required=False)
    agency = forms.ChoiceField(label=gettext_lazy("Kind of agency"), choices=_any_of(Agency.Kind), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=_any_of(Language), required=False)
    month = MonthField(label=gettext_lazy("Month"), required=False)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=100, required=False)

    def __init__(self, data: QueryDict, *, months: Collection[date] = ()) -> None:
        super().__init__(data, prefix=None, auto_id="filter-%s")
        chosen = self.chosen.get("month")
        listed = [*months, *([chosen] if chosen and chosen not in months else [])]
        named = {f"{month:%Y-%m}": date_format(month, "YEAR_MONTH_FORMAT") for month in listed}
        self.fields["month"].widget.choices = [("", _("All")), *named.items()]

    @property
    def chosen(self) -> dict[str, Any]:
        """What was answered, without the fields that were left open or do not fit."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def lasting(self) -> str:
        """The answers that hold for any time as the beginning of a query string, for the links to other times."""
        return self._query(name for name in self.chosen if name != "month")

    @property
    def query(self) -> str:
        """All answers as the beginning of a query string, for the links to other pages of the list."""
        return self._query(self.chosen)

    def _query(self, names: Iterable[str]) -> str:
        said = {name: self.data[name] for name in names}
        return f"{urlencode(said)}&" if said else ""
