"""Input about own data: what is asked, and what is answered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Account, DataRequest, Person
from people.services import TrailQuestion, ask_about_data, correct_data, refuse_data_request


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class DataRequestForm(forms.Form):
    """What a person asks about the own data."""

    text = forms.CharField(label=_("What you ask for"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, person: Person, kind: str, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.kind, self.account = person, kind, account
        if kind == DataRequest.Kind.CORRECTION:
            self.fields["text"].help_text = _("What is wrong, and how it should be.")
        else:
            self.fields["text"].label = _("Do you want to add something?")
            self.fields["text"].required = False

    def save(self) -> DataRequest:
        text = self.cleaned_data["text"]
        return ask_about_data(person=self.person, kind=self.kind, text=text, actor=self.account)


class CorrectionForm(forms.ModelForm):
    """The names as they should be, and a word to the person."""

    answer = forms.CharField(
        label=_("Answer"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it. If something else than the names was wrong, say what was done."),
    )  # fmt: skip

    class Meta:
        model = Person
        fields = ["family_name", "given_name", "patronymic", "name_latin"]
        labels = {
            "family_name": _("Family name"),
            "given_name": _("Given name"),
            "patronymic": _("Patronymic"),
            "name_latin": _("Name in Latin script"),
        }

    def __init__(self, *args: Any, asked: DataRequest, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "instance": asked.person})
        self.asked, self.account = asked, account

    def _post_clean(self) -> None:
        """The person is changed by the service alone."""

    def save(self, commit: bool = True) -> Any:
        return correct_data(request=self.asked, actor=self.account, **self.cleaned_data)


class RefusalForm(forms.Form):
    """Why what was asked is not done."""

    answer = forms.CharField(
        label=_("Why not"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it."),
    )  # fmt: skip

    def __init__(self, *args: Any, asked: DataRequest, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked, self.account = asked, account

    def save(self) -> DataRequest:
        return refuse_data_request(request=self.asked, actor=self.account, answer=self.cleaned_data["answer"])


class ErasureForm(forms.Form):
    """That somebody has understood what cannot be taken back."""

    sure = forms.BooleanField(label=_("I have read what happens, and know that nobody can take it back."))


class TrailForm(forms.Form):
    """What is looked for in the audit trail."""

    person = forms.CharField(label=_("About whom"), required=False, max_length=200)
    actor = forms.CharField(label=_("Who did it"), required=False, max_length=200)
    action = forms.CharField(label=_("What was done"), required=False, max_length=100)
    object = forms.CharField(label=_("Which record"), required=False, max_length=100)
    first_day = _day(pgettext_lazy("first day of a period", "From"))
    last_day = _day(pgettext_lazy("last day of a period", "To"))

    def question(self) -> TrailQuestion:
        """What is asked; days that cannot be read are left out."""
        self.is_valid()
        return TrailQuestion(**{name: value for name, value in self.cleaned_data.items() if value})
