"""Input about people who may be recorded twice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.fields import AgencyField, PersonField
from people.models import Account, Agency, Person
from people.services import FIELDS, MergePlan, account_that_stays, accounts_of

KEPT, MERGED = "kept", "merged"
LABELS = {
    "family_name": _("Family name"),
    "given_name": _("Given name"),
    "patronymic": _("Patronymic"),
    "name_latin": _("Name in Latin script"),
    "sex": _("Sex"),
    "email": _("E-mail"),
    "language": _("Language"),
    "time_zone": _("Time zone"),
}


def shown_value(person: Person, name: str) -> str:
    """A value of a record as people read it."""
    say = getattr(person, f"get_{name}_display", None)
    return str(say() if say is not None else getattr(person, name))


class DoublesFilterForm(forms.Form):
    """Of which agency one of the two is."""

    agency = AgencyField(required=False, empty_label=_("All agencies"))

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.visible_to(account)  # type: ignore[attr-defined]


class CompareForm(forms.Form):
    """Two people whom somebody knows to be one."""

    first = PersonField(label=_("E-mail or code of one"))
    second = PersonField(label=_("E-mail or code of the other one"))


class MergeForm(forms.Form):
    """What is taken from which of two records, where they differ, and which account goes on."""

    def __init__(self, *args: Any, kept: Person, merged: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept, self.merged = kept, merged
        for name in FIELDS:
            if getattr(kept, name) and getattr(merged, name) and getattr(kept, name) != getattr(merged, name):
                self.fields[name] = self._choice(
                    LABELS[name], [(KEPT, shown_value(kept, name)), (MERGED, shown_value(merged, name))], KEPT
                )
        accounts = [each for each in accounts_of(kept, merged) if each is not None]
        if accounts[1:]:
            stays = account_that_stays(kept, merged)
            self.fields["account"] = self._choice(
                _("Account that goes on"), [(str(each.pk), each.email) for each in accounts], str(stays and stays.pk)
            )
            self.fields["account"].help_text = _(
                "All e-mail addresses sign in to it. The other account is closed, and whoever is signed in there is "
                "signed out."
            )

    @staticmethod
    def _choice(label: Any, choices: list[tuple[str, str]], initial: str) -> forms.ChoiceField:
        return forms.ChoiceField(label=label, choices=choices, initial=initial, widget=forms.RadioSelect)

    def plan(self, actor: Account) -> MergePlan:
        """What was chosen."""
        taken = frozenset(name for name in FIELDS if self.cleaned_data.get(name) == MERGED)
        account = self.cleaned_data.get("account")
        return MergePlan(
            self.kept, self.merged, actor, taken, Account.objects.filter(pk=account).first() if account else None
        )
