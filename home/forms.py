"""What visitors can tell us."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from home.services import report_problem
from people import display
from people.models import Account, TextSize


class ProblemForm(forms.Form):
    """A problem on a page, in the person's own words; address and browser are filled in and can be seen."""

    text = forms.CharField(
        label=_("What happened, and what did you expect?"), max_length=4000, widget=forms.Textarea({"rows": 6})
    )
    address = forms.CharField(label=_("Page"), max_length=500, required=False)
    browser = forms.CharField(label=_("Browser"), max_length=500, required=False)
    email = forms.EmailField(label=_("E-mail for our answer"), required=False)

    def __init__(self, *args: Any, account: Account | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if account is not None:
            del self.fields["email"]

    def save(self) -> None:
        """Send it to the people who help."""
        report_problem(account=self.account, **self.cleaned_data)


class BrowserDisplayForm(forms.Form):
    """How pages are shown in this browser, for whoever is not signed in."""

    text_size = forms.ChoiceField(label=_("Size of text"), choices=TextSize.choices, widget=forms.RadioSelect)
    less_motion = forms.BooleanField(label=_("Nothing moves"), required=False)
    more_contrast = forms.BooleanField(label=_("High contrast"), required=False)
    text_only = forms.BooleanField(
        label=_("Text only"),
        required=False,
        help_text=_("Pictures are told in words, and no typeface is fetched: for a slow or dear line."),
    )

    def __init__(self, *args: Any, shown: str, **kwargs: Any) -> None:
        """`shown` are the classes that the browser remembers."""
        super().__init__(*args, **{**kwargs, "initial": display.chosen(shown)})

    def classes(self) -> str:
        """What the browser is to remember."""
        return display.classes(**self.cleaned_data)
