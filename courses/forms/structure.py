"""The structure of a module, as an editor writes it: objectives, questions wanted, lessons that serve them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assessments.models import Objective
from courses.forms.editing import ObjectivesField
from courses.services import Blueprint, set_structure

MOST_QUESTIONS = 200


class StructureForm(forms.Form):
    """A row for each objective of the module, a box for each of its lessons, and objectives to add."""

    added = ObjectivesField(
        Objective.objects.none(), label=_("Objectives to add"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, blueprint: Blueprint) -> None:
        super().__init__(data, auto_id="structure-%s")
        self.blueprint = blueprint
        added: Any = self.fields["added"]
        # Sent twice, the form names objectives that are there already: they are no error, and stay as they are.
        added.queryset = Objective.objects.all() if self.is_bound else self._others()
        self.shown: list[Objective] = []
        for line in blueprint.lines:
            objective = blueprint.objectives[line.objective]
            if not self.is_bound or f"wanted-{objective.pk}" in self.data:
                self.shown.append(objective)
                self._add_row(objective, line.wanted)

    def _others(self) -> QuerySet[Objective]:
        return Objective.objects.exclude(code__in=self.blueprint.objectives)

    def _add_row(self, objective: Objective, wanted: int) -> None:
        self.fields[f"wanted-{objective.pk}"] = forms.IntegerField(
            label=_("Questions wanted"), min_value=0, max_value=MOST_QUESTIONS, initial=wanted
        )
        self.fields[f"gone-{objective.pk}"] = forms.BooleanField(label=_("Take out"), required=False)
        for lesson in self.blueprint.lessons:
            self.fields[_box(objective, lesson.key)] = forms.BooleanField(
                label=lesson.code, required=False, initial=objective.code in self.blueprint.said[lesson.key]
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What the page shows of each objective."""
        return [
            {
                "objective": objective,
                "wanted": self[f"wanted-{objective.pk}"],
                "gone": self[f"gone-{objective.pk}"],
                "boxes": [(lesson, self[_box(objective, lesson.key)]) for lesson in self.blueprint.lessons],
            }
            for objective in self.shown
        ]

    def save(self) -> None:
        """Go through the service, as every write does."""
        said = self.cleaned_data
        before = {self.blueprint.objectives[line.objective]: line.wanted for line in self.blueprint.lines}
        gone = [each for each in self.shown if said[f"gone-{each.pk}"]]
        wanted: Mapping[Objective, int] = {
            **dict.fromkeys(said["added"], 0),
            **{each: number for each, number in before.items() if each not in gone},
            **{each: said[f"wanted-{each.pk}"] for each in self.shown if each not in gone},
        }
        lessons = {
            lesson.key: [each for each in wanted if self._is_served(each, lesson.key)]
            for lesson in self.blueprint.lessons
        }
        set_structure(module_key=self.blueprint.module.key, objectives=wanted, lessons=lessons)

    def _is_served(self, objective: Objective, lesson: UUID) -> bool:
        """What the form did not ask stays as it was."""
        said = objective.code in self.blueprint.said[lesson]
        return bool(self.cleaned_data.get(_box(objective, lesson), said))


def _box(objective: Objective, lesson: UUID) -> str:
    return f"serves-{objective.pk}-{lesson}"
