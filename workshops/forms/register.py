"""Input for registers. `save()` calls a service."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Account
from workshops import services
from workshops.forms.people import NewPersonForm
from workshops.models import (
    AttendanceStatus,
    Session,
)


class WalkInForm(NewPersonForm):
    """Somebody at the door: name, agency, done."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, session: Session, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, workshop=session.workshop, account=account, **kwargs)
        self.session = session
        del self.fields["post"], self.fields["language"]

    def take_in(self) -> Any:
        """Register, record and mark present in one step."""
        agency = self.cleaned_data["agency"]
        return services.add_walk_in(
            session=self.session,
            agency=services.own_agency(self.person, agency) if self.person else agency,
            actor=self.account,
            person=self.person,
            event_id=self.cleaned_data["token"],
            **({} if self.person else {**self.new_person(), "language": self.workshop.language}),
        )


class CorrectionForm(forms.Form):
    """What a signed record should have said, and why."""

    status = forms.ChoiceField(
        label=_("The person was"),
        choices=[choice for choice in AttendanceStatus.choices if choice[0] != AttendanceStatus.NOT_RECORDED],
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(
        label=_("Minutes there"),
        min_value=0,
        max_value=24 * 60,
        required=False,
        help_text=_("If you know them. Late or early by up to ten minutes is forgiven."),
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)
