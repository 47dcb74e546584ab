"""Input for requests: somebody asks for a workshop, somebody answers."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models import Account, Agency
from workshops import services
from workshops.forms.fields import AgencyField, date_input, offer
from workshops.forms.planning import OutlineField
from workshops.models import Outline, WorkshopRequest
from workshops.permissions import can_answer_requests

MOST_PEOPLE = 5000


class WorkshopRequestForm(forms.ModelForm):
    """What a workshop is wanted for, when, and for whom."""

    agency = AgencyField()
    outline = OutlineField(
        queryset=Outline.objects.none(),
        label=_("Outline"),
        empty_label=_("None of them, or I do not know yet"),
        required=False,
    )
    people = forms.IntegerField(label=_("About how many people"), min_value=1, max_value=MOST_PEOPLE)

    class Meta:
        model = WorkshopRequest
        fields = ["agency", "subject", "outline", "purpose", "people", "earliest", "latest", "language", "place"]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 4}),
            "earliest": date_input(),
            "latest": date_input(),
        }

    field_order = Meta.fields

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        open_agencies = Agency.objects.still_there()
        own = open_agencies if can_answer_requests(account) else open_agencies.coordinated_by(account)
        offer(self, "agency", own)
        offer(self, "outline", Outline.objects.with_title((get_language() or "")[:2]))
        if own.count() == 1:
            self.fields["agency"].initial = own.get()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and data["latest"] < data["earliest"]:
            self.add_error("latest", _("This day must not be before the other one."))
        return data

    def _post_clean(self) -> None:
        """Rules are checked above and by the service; who asked and when is written there too."""

    def save(self, commit: bool = True) -> WorkshopRequest:
        return services.ask_for_workshop(actor=self.account, **self.cleaned_data)


class AnswerForm(forms.Form):
    """Why a request is declined."""

    answer = forms.CharField(
        label=_("Answer"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("Whoever asked reads it on the page of the request."),
    )
