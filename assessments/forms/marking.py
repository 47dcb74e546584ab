"""What a person writes about an answer: a mark with its reason, and the answer to an appeal."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.errors import MarkError
from assessments.forms.points import PointsField, in_points
from assessments.marking import Credit
from assessments.models import Appeal, AttemptItem
from assessments.services import answer_appeal, mark_response
from people.models import Account

LONGEST_REASON = 200


class MarkForm(forms.Form):
    """Points for each criterion, where there are any; the mark; the reason.

    The criteria propose the mark: without one, their sum gives it, as a part of what the question counts.
    """

    mark = PointsField(
        label=gettext_lazy("Mark"),
        min_value=None,
        max_value=None,
        error_messages={"required": gettext_lazy("Write the mark that the answer earns.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why this mark"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("In up to 200 characters. The learner reads it."),
        error_messages={"required": gettext_lazy("Say in up to 200 characters why the answer earns this mark.")},
    )

    def __init__(self, *args: Any, item: AttemptItem, criteria: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        """`item` needs its version; `criteria` are the words of the criteria by id."""
        super().__init__(*args, **kwargs)
        self.item = item
        self.criteria: dict[str, int] = {
            each["id"]: each["points"] for each in item.version.structure.get("criteria") or []
        }
        for name, points in self.criteria.items():
            self.fields[f"criterion-{name}"] = forms.IntegerField(
                label=(criteria or {}).get(name) or name,
                required=False,
                min_value=0,
                max_value=points,
                error_messages=dict.fromkeys(
                    ("min_value", "max_value", "invalid"),
                    _("Write a whole number from 0 to %(points)s.") % {"points": points},
                ),
                widget=forms.NumberInput(attrs={"data-criterion": points}),
            )
        if self.criteria:
            self.fields["mark"].required = False
            self.fields["mark"].help_text = _("The points of the criteria propose it; you decide.")
            self.order_fields([f"criterion-{name}" for name in self.criteria])

    @property
    def highest(self) -> str:
        """What the question counts, in points."""
        return in_points(self.item.max_mark)

    def rubric(self) -> Iterator[tuple[BoundField, int]]:
        """The criteria, each with its highest points."""
        for name, points in self.criteria.items():
            yield self[f"criterion-{name}"], points

    def clean_mark(self) -> int | None:
        mark: int | None = self.cleaned_data["mark"]
        if mark is not None and not 0 <= mark <= self.item.max_mark:
            raise forms.ValidationError(_("The mark lies between 0 and %(highest)s.") % {"highest": self.highest})
        return mark

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("mark") is None and not self.errors:
            given = self.given()
            if not self.criteria or len(given) < len(self.criteria):
                self.add_error("mark", _("Write the mark that the answer earns."))
            else:
                part = Fraction(sum(given.values()), sum(self.criteria.values()))
                self.cleaned_data["mark"] = Credit(part, "").hundredths_of(self.item.max_mark)
        return cleaned

    def given(self) -> dict[str, int]:
        """The points by criterion, as far as they were written."""
        said = {name: self.cleaned_data.get(f"criterion-{name}") for name in self.criteria}
        return {name: points for name, points in said.items() if points is not None}

    def save(self, *, actor: Account) -> AttemptItem | None:
        """Mark the answer; None, with the sentence in the form, when that cannot be."""
        said = self.cleaned_data
        try:
            return mark_response(
                item=self.item, mark=said["mark"], reason=said["reason"], actor=actor, rubric=self.given()
            )
        except MarkError as error:
            self.add_error(None, str(error))
            return None


class AppealForm(forms.Form):
    """Words for the learner and, where the learner was right, a higher mark."""

    answer = forms.CharField(
        label=gettext_lazy("Answer to the learner"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Answer with a sentence.")},
    )
    mark = PointsField(
        label=gettext_lazy("Higher mark"),
        required=False,
        min_value=None,
        max_value=None,
        help_text=gettext_lazy("Empty: the mark stays. It can only rise."),
    )

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        """`appeal` needs its item."""
        super().__init__(*args, **kwargs)
        self.appeal = appeal

    @property
    def highest(self) -> str:
        """What the question counts, in points."""
        return in_points(self.appeal.item.max_mark)

    def clean_mark(self) -> int | None:
        mark: int | None = self.cleaned_data["mark"]
        item = self.appeal.item
        if mark is None:
            return None
        if not (item.mark or 0) < mark <= item.max_mark:
            raise forms.ValidationError(
                _("Write more than %(mark)s and at most %(highest)s points, or leave it empty.")
                % {"mark": in_points(item.mark or 0), "highest": self.highest}
            )
        return mark

    def save(self, *, actor: Account) -> Appeal | None:
        """Answer the appeal; None, with the sentence in the form, when that cannot be."""
        said = self.cleaned_data
        try:
            answered = answer_appeal(appeal=self.appeal, answer=said["answer"], mark=said["mark"], actor=actor)
        except MarkError as error:
            self.add_error(None, str(error))
            return None
        if answered.answered_by_id != actor.pk:  # somebody else was faster, and what was written here went nowhere
            self.add_error(None, _("This appeal is answered already. Nothing was changed."))
            return None
        return answered
