"""What the forms of this app are made of."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people.models import Agency, Person


def date_input() -> forms.DateInput:
    """A day, chosen with the browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    """A time of day, with the browser's own clock."""
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class DayField(forms.DateField):
    """A day for which something is planned: in a century in which plans and time zones can be reckoned with."""

    def __init__(self, **kwargs: Any) -> None:
        within = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
        super().__init__(**{"widget": date_input(), "validators": within, **kwargs})


class AgencyField(forms.ModelChoiceField):
    """An agency that is not closed, by name and code."""

    def __init__(self, **kwargs: Any) -> None:
        usual = {
            "queryset": Agency.objects.still_there(),
            "label": _("Agency"),
            "empty_label": _("Choose an agency"),
        }
        super().__init__(**{**usual, **kwargs})

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


def offer(form: forms.BaseForm, name: str, choices: QuerySet[Any]) -> None:
    """Let a field choose among rows that are known only now."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
    field.queryset = choices


class ReasonForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)


def named_person(text: str) -> Person | None:
    """The person whose whole e-mail or code this is; None for nothing."""
    if not text.strip():
        return None
    person = Person.objects.named_exactly(text).first()
    if person is None:
        raise ValidationError(_("Nobody has this e-mail or code."))
    return person
