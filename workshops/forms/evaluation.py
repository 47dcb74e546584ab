"""Input for evaluations: what participants answer, and the reading of what they wrote. `save()` calls a service."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.models import Account
from workshops import services
from workshops.models import EvaluationAnswer, EvaluationInvitation, EvaluationQuestion, Wave
from workshops.surveys import is_shortened, tidy

LONGEST = 2000
Kind = EvaluationQuestion.Kind


class EvaluationAnswerForm(forms.Form):
    """A field for every question, none of them required; an empty page is no answer."""

    def __init__(self, *args: Any, invitation: EvaluationInvitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.questions = list(invitation.wave.form.questions.all())
        for question in self.questions:
            self.fields[question.code] = _field(question)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and all(given.says_nothing for given in self.given().values()):
            raise ValidationError(_("Answer at least one question."))
        return data

    def given(self) -> dict[EvaluationQuestion, services.Given]:
        """What was said to each question."""
        return {question: _given(question, self.cleaned_data[question.code]) for question in self.questions}

    def save(self) -> None:
        """Hand the answers in, once."""
        services.answer_evaluation(invitation=self.invitation, answers=self.given())


class ReviewForm(forms.Form):
    """Answers in own words, each with what is left of it and whether it was read."""

    def __init__(self, *args: Any, answers: Iterable[EvaluationAnswer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers = list(answers)
        for answer in self.answers:
            self.fields[f"text-{answer.pk}"] = forms.CharField(
                label=_("Answer"), required=False, initial=answer.text, widget=forms.Textarea(attrs={"rows": 3})
            )
            self.fields[f"read-{answer.pk}"] = forms.BooleanField(
                label=_("I have read this answer. What is left tells of nobody."), required=False
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for answer in self.answers:
            if not is_shortened(tidy(answer.text), tidy(data.get(f"text-{answer.pk}", ""))):
                self.add_error(f"text-{answer.pk}", services.put_in_sentence())
        return data

    def rows(self) -> Iterator[tuple[EvaluationAnswer, forms.BoundField, forms.BoundField]]:
        """Each answer with its two fields."""
        for answer in self.answers:
            yield answer, self[f"text-{answer.pk}"], self[f"read-{answer.pk}"]

    def words(self) -> dict[UUID, str]:
        """What is left of the answers that were read."""
        read = [answer.pk for answer in self.answers if self.cleaned_data[f"read-{answer.pk}"]]
        return {key: self.cleaned_data[f"text-{key}"] for key in read}

    def save(self, *, wave: Wave, account: Account) -> int:
        """Note what was read. Returns how many."""
        return services.review_answers(wave=wave, words=self.words(), actor=account)


def _scale(question: EvaluationQuestion) -> forms.Field:
    numbers = [(str(value), str(value)) for value in question.values]
    ends = [f"{code}: {words}" for code, words in question.labels.items() if code not in question.instead]
    return forms.ChoiceField(
        label=question.text,
        help_text=" · ".join(ends),
        choices=[*numbers, *question.instead.items()],
        required=False,
        widget=forms.RadioSelect,
    )


def _choice(question: EvaluationQuestion) -> forms.Field:
    return forms.ChoiceField(
        label=question.text, choices=list(question.labels.items()), required=False, widget=forms.RadioSelect
    )


def _several(question: EvaluationQuestion) -> forms.Field:
    return forms.MultipleChoiceField(
        label=question.text,
        help_text=_("Choose all that apply."),
        choices=list(question.labels.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def _open(question: EvaluationQuestion) -> forms.Field:
    return forms.CharField(
        label=question.text, max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


# Each kind of question with its field and the template that shows it.
_FIELDS: dict[str, tuple[Callable[[EvaluationQuestion], forms.Field], str]] = {
    Kind.SCALE: (_scale, "workshops/_evaluation_scale.html"),
    Kind.CHOICE: (_choice, "workshops/_evaluation_question.html"),
    Kind.SEVERAL: (_several, "workshops/_evaluation_question.html"),
    Kind.OPEN: (_open, "workshops/_evaluation_question.html"),
}


def _field(question: EvaluationQuestion) -> forms.Field:
    make, template = _FIELDS[question.kind]
    field = make(question)
    field.template_name = template  # type: ignore[attr-defined]  # the stubs know it as an argument only
    return field


def _given(question: EvaluationQuestion, value: Any) -> services.Given:
    """The answer that the value of a field stands for."""
    if question.kind == Kind.OPEN:
        return services.Given(text=value)
    if question.kind == Kind.SEVERAL:
        return services.Given(codes=tuple(value))
    if question.kind == Kind.SCALE and value and value not in question.instead:
        return services.Given(number=int(value))
    return services.Given(codes=(value,) if value else ())
