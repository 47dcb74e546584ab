"""Input for giving roles and ending them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people import services
from people.forms.fields import AgencyField, DayField, PersonField, ReasonForm, account_of_person
from people.models import Account, Agency, Role, RoleGrant
from people.permissions import can_grant


class RoleForm(forms.Form):
    """A role for somebody who has an account."""

    person = PersonField()
    role = forms.ChoiceField(label=_("Role"))
    agency = AgencyField(required=False, help_text=_("For coordinators: the agency, with everything below it."))
    since = DayField(label=_("First day"), required=False, help_text=_("Empty: today."))
    until = DayField(label=_("Last day"), required=False, help_text=_("Empty: until somebody ends it."))
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [choice for choice in Role.choices if can_grant(actor, choice[0])]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("person") is not None:
            try:
                data["account"] = account_of_person(data["person"])
            except ValidationError as error:
                self.add_error("person", error)
        if data.get("role") == Role.COORDINATOR and data.get("agency") is None and "agency" not in self.errors:
            self.add_error("agency", _("A coordinator needs an agency."))
        if data.get("role") != Role.COORDINATOR:
            data["agency"] = None
        return data

    def save(self) -> RoleGrant:
        said = {name: self.cleaned_data[name] for name in ("account", "role", "agency", "since", "until", "reason")}
        return services.give_role(actor=self.actor, **said)


class CoordinatorForm(forms.Form):
    """Letting somebody coordinate an agency."""

    person = PersonField()
    since = DayField(label=_("First day"), required=False, help_text=_("Empty: today."))
    until = DayField(label=_("Last day"), required=False, help_text=_("Empty: until somebody ends it."))
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, actor: Account, agency: Agency, **kwargs: Any) -> None:
        self.actor, self.agency = actor, agency
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("person") is not None:
            try:
                data["account"] = account_of_person(data["person"])
            except ValidationError as error:
                self.add_error("person", error)
        return data

    def save(self) -> RoleGrant:
        said = {name: self.cleaned_data[name] for name in ("account", "since", "until", "reason")}
        return services.give_role(role=Role.COORDINATOR, agency=self.agency, actor=self.actor, **said)


class EndForm(ReasonForm):
    """The end of a role."""

    last_day = DayField(label=_("Last day"), required=False, help_text=_("Empty: it ends at once."))
