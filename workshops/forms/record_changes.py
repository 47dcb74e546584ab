"""Input for requests about records: what somebody asks, what is answered. Views call the services."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RecordAnswerForm(forms.Form):
    """What whoever asked is told."""

    answer = forms.CharField(
        label=_("Answer"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
        help_text=_("Whoever asked reads it. To leave the record as it is you must say why."),
    )
