"""Input for those who name people of their agencies. `save()` calls a service."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people.models import Account, Agency, AgencyQuerySet, Membership, Person
from workshops import services
from workshops.forms.fields import offer
from workshops.forms.people import NewPersonForm, RosterForm
from workshops.models import Registration, Workshop


class NomineeForm(NewPersonForm):
    """Somebody who may not be known yet, of one of the agencies for which the account names people."""

    def __init__(self, *args: Any, workshop: Workshop, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, workshop=workshop, account=account, **kwargs)
        self.agencies = Agency.objects.visible_to(account)
        offer_agencies(self, self.agencies)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.person is not None and not _belongs_to(self.person, self.agencies):
            raise ValidationError(
                _("Somebody with this e-mail belongs to another agency. Its coordinator can name the person.")
            )
        return data

    def save(self) -> Registration:
        """Nominate the person: somebody known for the own agency, somebody new as a member of the named one."""
        agency = self.cleaned_data["agency"]
        if self.person is None:
            return services.nominate_new_person(
                workshop=self.workshop, agency=agency, actor=self.account, token=self._token(), **self.new_person()
            )
        return services.nominate_person(
            workshop=self.workshop,
            person=self.person,
            agency=services.own_agency(self.person, agency),
            post=self.cleaned_data["post"],
            actor=self.account,
        )


class SubstituteForm(NomineeForm):
    """Somebody who comes instead of somebody else."""

    def __init__(self, *args: Any, registration: Registration, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, workshop=registration.workshop, account=account, **kwargs)
        self.registration = registration

    def save(self) -> Registration:
        """Send the person instead, made as a member of the named agency if nobody knows the person."""
        agency = self.cleaned_data["agency"]
        if self.person is None:
            return services.replace_by_new_person(
                registration=self.registration,
                agency=agency,
                actor=self.account,
                token=self._token(),
                **self.new_person(),
            )
        return services.replace_person(
            registration=self.registration, by=self.person, agency=agency, actor=self.account
        )


class NomineeListForm(RosterForm):
    """A list of people of the agencies for which the account names people."""

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_agencies(self, Agency.objects.visible_to(account))


class InvitationAnswerForm(forms.Form):
    """What a person answers to an invitation or to an offered place."""

    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    reason = forms.CharField(
        label=_("Why you cannot come"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        help_text=_("You need not say it. The coordinator of your agency reads it."),
    )


def offer_agencies(form: forms.Form, agencies: AgencyQuerySet) -> None:
    """Let a form choose among agencies that are not closed; a single one is chosen already."""
    still_there = agencies.still_there()
    offer(form, "agency", still_there)
    first_two = list(still_there[:2])
    if len(first_two) == 1:
        form.fields["agency"].initial = first_two[0]


def _belongs_to(person: Person, agencies: QuerySet[Agency]) -> bool:
    """Whether the agency for which somebody is registered is one of these; somebody of none can be named."""
    own = Membership.objects.current().filter(person=person, primary=True)
    return not own.exists() or own.filter(agency__in=agencies).exists()
