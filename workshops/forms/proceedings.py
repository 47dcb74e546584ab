"""Input for materials, notes, recommendations, plans and needs. `save()` calls a service."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Account
from workshops import services
from workshops.forms.fields import AgencyField, DayField, offer, time_input
from workshops.models import (
    ActionPlan,
    FacilitatorNote,
    Material,
    Need,
    Recommendation,
    Registration,
    Session,
    Workshop,
)
from workshops.zones import local, to_utc


def _of_session() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=Session.objects.none(), label=_("Session"), required=False, empty_label=_("the whole workshop")
    )


class MaterialForm(forms.Form):
    """A file or a link, and from when it is shown. Without a moment it is shown at once."""

    title = forms.CharField(label=_("Title"), max_length=200)
    file = forms.FileField(
        label=_("File"),
        required=False,
        max_length=200,
        help_text=_("PDF, DOCX, PPTX, XLSX, JPEG, PNG or WebP, 25 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.pptx,.xlsx,.jpg,.jpeg,.png,.webp"}),
    )
    link = forms.URLField(label=_("Or a link"), required=False, assume_scheme="https", max_length=200)
    session = _of_session()
    shown_on = DayField(label=_("Shown from the day"), required=False, help_text=_("Empty: at once."))
    shown_at = forms.TimeField(
        label=_("Shown from the hour"),
        required=False,
        widget=time_input(),
        help_text=_("As clocks at the place of the workshop show it. Empty: at the beginning of the day."),
    )
    for_facilitators = forms.BooleanField(label=_("For facilitators only"), required=False)

    def __init__(self, *args: Any, workshop: Workshop, account: Account, **kwargs: Any) -> None:
        self.material: Material | None = kwargs.pop("material", None)
        if self.material is not None:
            kwargs["initial"] = _values_of(self.material)
        super().__init__(*args, **kwargs)
        self.workshop, self.account = workshop, account
        offer(self, "session", workshop.sessions.all())

    def clean_file(self) -> UploadedFile | None:
        """The file is what its name says, and not too large."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is None:
            return None
        self.content = file.read(services.MATERIAL_BYTES + 1)
        if objection := services.objection_to_file(self.content, file.name or ""):
            raise ValidationError(objection)
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        has_file = data.get("file") or (self.material is not None and self.material.file)
        if not self.errors and not has_file and not data["link"]:
            self.add_error("file", _("Choose a file, or write a link."))
        if data.get("shown_at") and not data.get("shown_on"):
            self.add_error("shown_on", _("Say on which day."))
        return data

    def save(self) -> Material:
        data = self.cleaned_data
        fields: dict[str, Any] = {
            "title": data["title"],
            "link": data["link"],
            "session": data["session"],
            "for_facilitators": data["for_facilitators"],
            "released_at": self._released_at(),
        }
        if data["file"] is not None:
            fields |= {"content": self.content, "file_name": data["file"].name or ""}
        if self.material is None:
            return services.add_material(workshop=self.workshop, actor=self.account, **fields)
        return services.change_material(material=self.material, actor=self.account, **fields)

    def _released_at(self) -> Any:
        day = self.cleaned_data["shown_on"]
        if day is None:
            return timezone.now()
        return to_utc(day, self.cleaned_data["shown_at"] or time(), self.workshop.zone)


def _values_of(material: Material) -> dict[str, Any]:
    shown = local(material.released_at, material.workshop.zone)
    return {
        "title": material.title,
        "link": material.link,
        "session": material.session,
        "for_facilitators": material.for_facilitators,
        "shown_on": shown.date(),
        "shown_at": shown.time(),
    }


class NoteForm(forms.Form):
    """What facilitators note for each other."""

    text = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=5000)
    session = _of_session()

    def __init__(self, *args: Any, workshop: Workshop, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workshop, self.account = workshop, account
        offer(self, "session", workshop.sessions.all())

    def save(self) -> FacilitatorNote:
        return services.add_note(workshop=self.workshop, actor=self.account, **self.cleaned_data)


class RecommendationForm(forms.Form):
    """What should be done, by whom, until when, and how far it has come."""

    text = forms.CharField(label=_("What should be done"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)
    agency = AgencyField(label=_("Responsible agency"), required=False)
    due_on = DayField(label=_("Until"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=Recommendation.State.choices)

    def __init__(self, *args: Any, workshop: Workshop, account: Account, **kwargs: Any) -> None:
        self.recommendation: Recommendation | None = kwargs.pop("recommendation", None)
        if self.recommendation is not None:
            kwargs["initial"] = {name: getattr(self.recommendation, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.workshop, self.account = workshop, account

    def save(self) -> Recommendation:
        if self.recommendation is None:
            return services.add_recommendation(workshop=self.workshop, actor=self.account, **self.cleaned_data)
        return services.change_recommendation(
            recommendation=self.recommendation, actor=self.account, **self.cleaned_data
        )


class ActionPlanForm(forms.Form):
    """What a participant means to change."""

    what = forms.CharField(label=_("What I will do"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)
    by_when = DayField(label=_("By when"), required=False)
    with_whom = forms.CharField(label=_("With whom"), required=False, max_length=300)

    def __init__(self, *args: Any, registration: Registration, plan: ActionPlan | None, **kwargs: Any) -> None:
        if plan is not None:
            kwargs["initial"] = {name: getattr(plan, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.registration = registration

    def save(self) -> ActionPlan:
        return services.save_action_plan(registration=self.registration, **self.cleaned_data)


class PlanOutcomeForm(forms.Form):
    """What came of a plan."""

    outcome = forms.ChoiceField(
        label=_("How far it has come"), choices=ActionPlan.Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What came of it"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=5000
    )

    def __init__(self, data: Any = None, *, plan: ActionPlan) -> None:
        super().__init__(data, initial={"outcome": plan.outcome, "note": plan.outcome_note})
        self.plan = plan

    def save(self) -> ActionPlan:
        return services.answer_action_plan(plan=self.plan, **self.cleaned_data)


class NeedForm(forms.Form):
    """What a participant needs to take part."""

    kinds = forms.MultipleChoiceField(
        label=_("What you need"), choices=Need.Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only what must be prepared. Nobody needs to know a diagnosis."),
    )

    def __init__(self, *args: Any, registration: Registration, need: Need | None, **kwargs: Any) -> None:
        if need is not None:
            kwargs["initial"] = {"kinds": need.kinds, "note": need.note}
        super().__init__(*args, **kwargs)
        self.registration = registration

    def save(self) -> Need | None:
        return services.tell_need(registration=self.registration, **self.cleaned_data)
