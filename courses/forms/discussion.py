"""Input of a discussion: questions, answers, complaints, decisions, what is kept."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses import services
from courses.models import Complaint, Contribution, KeptAnswer, Module
from courses.services import Words
from people.models import Account, Language


class WordsForm(forms.Form):
    """What somebody writes in a discussion, and in which language."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=Contribution.LONGEST,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Write nothing by which a patient or a migrant could be recognised."),
    )
    language = forms.ChoiceField(label=_("Language of your text"), choices=Language.choices)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["language"].initial = (get_language() or "")[:2]

    def words(self) -> Words:
        """What was sent."""
        data = self.cleaned_data
        return Words(data["text"], data["language"], data["token"], unnamed=data.get("unnamed", False))


class AnswerForm(WordsForm):
    """An answer to a question."""

    def __init__(self, *args: Any, question: Contribution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        if question.person_id == self.account.person_id:
            self.fields["text"].label = _("What you add")

    def save(self) -> Contribution:
        """Answer it."""
        return services.answer_question(question=self.question, words=self.words(), actor=self.account)


class NamedWordsForm(WordsForm):
    """The same for whoever may hide the own name from fellow learners."""

    unnamed = forms.BooleanField(
        label=_("Do not show my name to fellow learners"),
        required=False,
        help_text=_("Those who run the cohort read it nevertheless."),
    )


class NamedAnswerForm(AnswerForm, NamedWordsForm):
    """An answer of a learner."""


class QuestionForm(NamedWordsForm):
    """A question to the own cohort."""

    def __init__(self, *args: Any, module: Module, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.module = module
        self.fields["text"].label = _("Your question")

    def save(self) -> Contribution:
        """Ask it."""
        return services.ask_cohort(module=self.module, words=self.words(), actor=self.account)


class ReasonForm(forms.Form):
    """Why somebody complains, or hides something."""

    reason = forms.CharField(max_length=Complaint.LONGEST, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, contribution: Contribution, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contribution, self.account = contribution, account


class ComplaintForm(ReasonForm):
    """What is wrong with the words of somebody else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("What is wrong?")

    def save(self) -> Complaint:
        """Tell those who run the cohort."""
        reason = self.cleaned_data["reason"]
        return services.complain(contribution=self.contribution, reason=reason, actor=self.account)


class HidingForm(ReasonForm):
    """Why something is hidden."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why it is hidden")
        self.fields["reason"].help_text = _("Whoever wrote it reads this.")

    def save(self) -> Contribution:
        """Hide it."""
        return services.hide(contribution=self.contribution, reason=self.cleaned_data["reason"], actor=self.account)


class KeepingForm(forms.Form):
    """A question and its answer in words for people who were not there."""

    question = forms.CharField(
        label=_("The question, as others read it"),
        max_length=KeptAnswer.LONGEST_QUESTION,
        widget=forms.Textarea({"rows": 3}),
    )
    text = forms.CharField(
        label=_("The answer, as others read it"),
        max_length=KeptAnswer.LONGEST_ANSWER,
        widget=forms.Textarea({"rows": 8}),
    )
    names_nobody = forms.BooleanField(
        label=_("I have read both: nobody can be recognised in them"),
        help_text=_("They stay also when whoever wrote them leaves the Academy."),
    )

    def __init__(self, *args: Any, answer: Contribution, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer, self.account = answer, account

    def save(self) -> KeptAnswer:
        """Keep them."""
        data = self.cleaned_data
        return services.keep_answer(
            answer=self.answer, question=data["question"], text=data["text"], actor=self.account
        )
