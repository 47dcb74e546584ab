"""What the forms of this app are made of."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from people.models import Account, Agency, Person


class DayField(forms.DateField):
    """A day of a century in which records can be kept, chosen with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        within = [MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, "validators": within, **kwargs})


class AgencyField(forms.ModelChoiceField):
    """An agency that is not closed, by name and code."""

    def __init__(self, **kwargs: Any) -> None:
        usual = {
            "queryset": Agency.objects.still_there(),
            "label": _("Agency"),
            "empty_label": _("Choose an agency"),
            "to_field_name": "code",
        }
        super().__init__(**{**usual, **kwargs})

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class PersonField(forms.CharField):
    """One person, by the whole e-mail or the code: so nobody looks through people who are not theirs."""

    def __init__(self, **kwargs: Any) -> None:
        usual = {"label": _("E-mail or code of the person"), "max_length": 254}
        super().__init__(**{**usual, **kwargs})

    def clean(self, value: Any) -> Any:
        """Return the person. Raises ValidationError where nobody is called exactly so."""
        text = super().clean(value)
        if not text:
            return None
        person = Person.objects.named_exactly(text).first()
        if person is None:
            raise ValidationError(_("Nobody has this e-mail or code."))
        return person


class ReasonForm(forms.Form):
    """Why something is refused, taken back or ended."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


def account_of_person(person: Person) -> Account:
    """The account of a person. Raises ValidationError where the person cannot sign in."""
    account = Account.objects.filter(person=person, is_active=True).first()
    if account is None:
        raise ValidationError(_("%(person)s has no account yet. Invite the person first."), params={"person": person})
    return account
