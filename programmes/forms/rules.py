"""What belongs to a programme and what its certificate asks for, for editors."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Module
from programmes.models import Programme
from programmes.rules import RULE_FIELDS, Rule
from programmes.services import RuleChange, set_rules, whom_a_rule_touches
from workshops.models import Workshop


class ProgrammeRulesForm(forms.ModelForm):
    """What belongs to a programme and what its certificate asks for. Names whom a change touches before it is saved."""

    modules = forms.ModelMultipleChoiceField(
        Module.objects.all(), label=gettext_lazy("Modules"), required=False, widget=forms.CheckboxSelectMultiple
    )
    workshops = forms.ModelMultipleChoiceField(
        Workshop.objects.all(), label=gettext_lazy("Workshops"), required=False, widget=forms.CheckboxSelectMultiple
    )
    threshold = forms.IntegerField(
        label=gettext_lazy("Share of the hours of all workshops, per cent"),
        min_value=0,
        max_value=100,
        initial=80,
        help_text=gettext_lazy("0: hours do not count."),
    )
    pass_mark = forms.IntegerField(
        label=gettext_lazy("Pass mark of the test after, per cent"), min_value=1, max_value=100, initial=75
    )
    # Shown once a change touches somebody.
    accept_rule = forms.BooleanField(
        label=gettext_lazy("Change the rule all the same"), required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = Programme
        fields = [
            "certificate", "modules", "modules_needed", "workshops", "threshold", "test_required", "pass_mark",
            "evaluation_invited", "hours_printed", "certificate_months",
        ]  # fmt: skip
        help_texts = {
            "certificate": gettext_lazy("Whoever meets the rule receives it by itself."),
            "modules_needed": gettext_lazy("Empty: all of them."),
            "evaluation_invited": gettext_lazy("Nobody has to answer it."),
            "certificate_months": gettext_lazy("Empty: it does not expire."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.changed_data and not cleaned["accept_rule"]:
            change = whom_a_rule_touches(programme=Programme.objects.get(pk=self.instance.pk), **self._wanted())
            if change.touches:
                self.fields["accept_rule"].widget = forms.CheckboxInput()
                self.add_error("accept_rule", " ".join(_sentences(change)))
        return cleaned

    def save(self, commit: bool = True) -> Programme:
        """Go through the service, as every write does."""
        names = ("hours_printed", "certificate_months")
        return set_rules(programme=self.instance, **self._wanted(), **{name: self.cleaned_data[name] for name in names})

    def _wanted(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "certificate": data["certificate"],
            "rule": Rule(**{name: data[name] for name in RULE_FIELDS}),
            "modules": list(data["modules"]),
            "workshops": list(data["workshops"]),
        }


def _sentences(change: RuleChange) -> list[str]:
    """Name whom another rule touches."""
    gain, lose = (", ".join(str(each) for each in people) for people in (change.gain, change.lose))
    said = []
    if gain:
        words = _("They meet the new rule and receive the certificate soon after you save: %(names)s.")
        said.append(words % {"names": gain})
    if lose:
        words = _("They meet the rule of today, have no certificate yet, and would not meet the new one: %(names)s.")
        said.append(words % {"names": lose})
    return said
