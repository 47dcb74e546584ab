"""Other rules of a test for one person or one agency."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.errors import StartError
from assessments.forms.tests import MomentField, whole_number
from assessments.models import Override, Test
from assessments.services import set_override
from people.models import Account, Agency, Person

DIFFERENT = ("extra_minutes", "attempts_limit", "opens_at", "closes_at")


class PersonField(forms.CharField):
    """A person, found by the whole e-mail or public code and by nothing less."""

    def clean(self, value: Any) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        person = Person.objects.named_exactly(text).first()
        if person is None:
            raise forms.ValidationError(_("Nobody has this e-mail or public code. Write all of it."))
        return person


class ExceptionForm(forms.Form):
    """What is different, and why. Whom it is for is chosen once."""

    person = PersonField(
        label=gettext_lazy("Person"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("The whole e-mail or public code."),
    )
    agency = forms.ModelChoiceField(
        label=gettext_lazy("or agency"),
        queryset=Agency.objects.all(),
        required=False,
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("For all who take the test for this agency; not for those below it."),
    )
    extra_minutes = whole_number(gettext_lazy("Extra minutes"), 1, 10_080, gettext_lazy("Give at least one minute."))
    attempts_limit = whole_number(
        gettext_lazy("Attempts allowed"), 1, 999, gettext_lazy("Allow at least one attempt, or leave the limit empty.")
    )
    opens_at = MomentField(label=gettext_lazy("Opens"))
    closes_at = MomentField(label=gettext_lazy("Closes"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For the record, without a diagnosis. Learners do not see it."),
        error_messages={"required": gettext_lazy("Say why other rules hold.")},
    )

    def __init__(
        self, *args: Any, test: Test, actor: Account, exception: Override | None = None, **kwargs: Any
    ) -> None:
        names = (*DIFFERENT, "reason")
        shown = {name: getattr(exception, name) for name in names} if exception else {}
        super().__init__(*args, **{"initial": shown, **kwargs})
        self.test, self.actor, self.exception = test, actor, exception
        if exception is not None:
            del self.fields["person"], self.fields["agency"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.exception is None:
            self._check_whom()
        self._check_difference()
        return cleaned

    def _check_whom(self) -> None:
        person, agency = self.cleaned_data.get("person"), self.cleaned_data.get("agency")
        if "person" in self.errors or "agency" in self.errors:
            return
        if (person is None) == (agency is None):
            self.add_error("person", _("An exception is for one person or for one agency."))
        elif person is not None and person.pk == self.actor.person_id:
            self.add_error("person", _("Nobody makes an exception for themselves. Ask another manager."))
        elif Override.objects.filter(test=self.test, person=person, agency=agency).exists():
            name = "person" if person else "agency"
            self.add_error(name, _("There is an exception for them already. Change that one."))

    def _check_difference(self) -> None:
        said = self.cleaned_data
        if not any(said.get(name) for name in DIFFERENT) and not any(name in self.errors for name in DIFFERENT):
            self.add_error(None, _("Say what is different."))
        if said.get("extra_minutes") and not self.test.time_limit_minutes:
            self.add_error("extra_minutes", _("This test has no time limit that could be longer."))
        opens = said.get("opens_at") or self.test.opens_at
        closes = said.get("closes_at") or self.test.closes_at
        if (said.get("opens_at") or said.get("closes_at")) and opens and closes and closes <= opens:
            name = "closes_at" if said.get("closes_at") else "opens_at"
            self.add_error(name, _("The test must close after it opens."))

    def save(self) -> Override | None:
        """Let the exception hold; None, with the sentence in the form, when that cannot be."""
        said = self.cleaned_data
        whom = (
            {"person": said["person"], "agency": said["agency"]}
            if self.exception is None
            else {"person": self.exception.person, "agency": self.exception.agency}
        )
        different = {name: said[name] for name in DIFFERENT}
        try:
            return set_override(test=self.test, reason=said["reason"], actor=self.actor, **whom, **different)
        except StartError as error:
            self.add_error(None, str(error))
            return None
