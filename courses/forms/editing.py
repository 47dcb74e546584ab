"""Forms for editors."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.forms import WagtailAdminPageForm

from assessments.models import Objective, Test
from courses.models import Module
from courses.services import (
    CourseError,
    RuleChange,
    check_prerequisites,
    set_resources,
    set_rules,
    whom_a_rule_touches,
)
from library.models import Resource


class ReaderPageForm(WagtailAdminPageForm):
    """A page with a code: no two things may have the same, translations apart.

    Checked here and not by the model, because a copy begins with the code of its source.
    """

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        field = self.instance.code_field
        others = type(self.instance).objects.filter(**{field: cleaned.get(field) or None})
        holder = others.exclude(translation_key=self.instance.translation_key).first()
        if holder is not None:
            self.add_error(field, _("“%(title)s” has this code already. Choose another one.") % {"title": holder.title})
        return cleaned


class ObjectivesField(forms.ModelMultipleChoiceField):
    """Objectives by code and words."""

    def label_from_instance(self, obj: Objective) -> str:
        return f"{obj.code}: {obj.text}"


class ModuleRulesForm(forms.ModelForm):
    """What completes a module and what it stands for. Says beforehand whom a changed rule touches."""

    final_test = forms.ModelChoiceField(
        Test.objects.filter(purpose=Test.Purpose.FINAL), label=_("Final test"), required=False
    )
    objectives = ObjectivesField(
        Objective.objects.all(), label=_("Objectives"), required=False, widget=forms.CheckboxSelectMultiple
    )
    prerequisites = forms.ModelMultipleChoiceField(
        Module.objects.all(), label=_("Completed before"), required=False, widget=forms.CheckboxSelectMultiple
    )
    # Whichever translation an editor ticks, the key that all of them share is kept.
    resources = forms.ModelMultipleChoiceField(
        Resource.objects.in_language(settings.LANGUAGE_CODE),
        to_field_name="translation_key",
        label=_("Resources"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    # Shown once a change touches somebody.
    accept_rule = forms.BooleanField(label=_("Change the rule all the same"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = Module
        fields = ["final_test", "certificate_months", "hours_printed", "objectives", "prerequisites", "resources"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["objectives"] = list(self.instance.objectives)
        self.initial["resources"] = list(self.instance.resource_links.values_list("resource_key", flat=True))
        self.fields["final_test"].help_text = self._whom_a_new_test_touches()

    def _whom_a_new_test_touches(self) -> str:
        enrolments = self.instance.enrolments.active()
        completed = enrolments.filter(completed_at__isnull=False).count()
        under_way = enrolments.filter(completed_at__isnull=True).count()
        touched = ngettext(
            "Another test changes the rule for %(count)d person who is under way.",
            "Another test changes the rule for %(count)d people who are under way.",
            under_way,
        ) % {"count": under_way}
        untouched = ngettext(
            "%(count)d completion stays as it is.", "%(count)d completions stay as they are.", completed
        ) % {"count": completed}
        return f"{touched} {untouched}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and "final_test" in self.changed_data and not cleaned["accept_rule"]:
            change = whom_a_rule_touches(module=self.instance, final_test=cleaned["final_test"])
            if change.touches:
                self.fields["accept_rule"].widget = forms.CheckboxInput()
                self.add_error("accept_rule", " ".join(_sentences(change)))
        return cleaned

    def clean_prerequisites(self) -> list[Module]:
        chosen = list(self.cleaned_data["prerequisites"])
        try:
            check_prerequisites(module=self.instance, prerequisites=chosen)
        except CourseError as error:
            raise forms.ValidationError(str(error)) from error
        return chosen

    def save(self, commit: bool = True) -> Module:
        """Go through the service, as every write does."""
        set_resources(module=self.instance, keys=[chosen.translation_key for chosen in self.cleaned_data["resources"]])
        return set_rules(
            module=self.instance,
            final_test=self.cleaned_data["final_test"],
            certificate_months=self.cleaned_data["certificate_months"],
            objectives=list(self.cleaned_data["objectives"]),
            prerequisites=self.cleaned_data["prerequisites"],
            hours_printed=self.cleaned_data["hours_printed"],
        )


def _sentences(change: RuleChange) -> list[str]:
    """Name whom another final test touches."""
    gain, lose = (", ".join(str(each.person) for each in people) for people in (change.gain, change.lose))
    said = []
    if gain:
        said.append(
            _("They meet the new rule and receive the certificate soon after you save: %(names)s.") % {"names": gain}
        )
    if lose:
        said.append(
            _("They have passed the test of today and would have to pass the new one: %(names)s.") % {"names": lose}
        )
    return said
