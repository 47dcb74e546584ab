"""The form of the style page: one field of each kind, with an error; why a job is set aside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Language


class SpecimenForm(forms.Form):
    """Asks for nothing real."""

    name = forms.CharField(label=_("Name"), help_text=_("As it stands in the order."))
    day = forms.DateField(label=_("First day"))
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices, widget=forms.RadioSelect)
    room = forms.ChoiceField(label=_("Room"), choices=Language.choices, required=False)
    note = forms.CharField(label=_("Reason"), widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label=_("The register is complete"), required=False)


class SetAsideForm(forms.Form):
    """Asks why a job that was given up need not be done."""

    reason = forms.CharField(
        label=_("Why it need not be done"), min_length=5, max_length=500, widget=forms.Textarea({"rows": 2})
    )
