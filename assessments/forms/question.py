"""A question of the bank as an editor writes it: where it is filed, its words in three languages, its answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.errors import QuestionError
from assessments.forms.question_parts import PARTS, Draft, Hints, checked, text_at
from assessments.forms.question_rows import LANGUAGES, Spoken, Worded
from assessments.models import Category, Objective, Question, QuestionText, QuestionVersion
from assessments.question_types import Structure
from assessments.question_types.texts import clean_words, formats_of, kept_formats
from assessments.services import add_version, create_question, describe_question, revise_text
from people.models import Account

# What a structure means when it does not say it: a question that says it is the same question.
UNSAID: Mapping[str, Any] = {
    "ignore_case": "True",
    "ignore_yo": "True",
    "weight": "1",
    "grading": "relative",
    "tolerance": "0",
    "otherwise": "0",
    "correct": "False",
    "last": "False",
    "relative": "False",
}


class CategoryField(forms.ModelChoiceField):
    """A drawer of the bank, shown with those above it."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{'– ' * (obj.path.count('/') - 1)}{obj.name}"


class FilingForm(Worded):
    """Where a question is filed."""

    code = forms.RegexField(
        label=gettext_lazy("Code"),
        regex=r"^[\w.-]+$",
        max_length=40,
        help_text=gettext_lazy("Short and never changed, for instance M1-Q21."),
        error_messages={"invalid": gettext_lazy("A code has letters, digits, points and hyphens only.")},
    )
    category = CategoryField(label=gettext_lazy("Category"), queryset=Category.objects.all())
    objective = forms.ModelChoiceField(
        label=gettext_lazy("Objective"), queryset=Objective.objects.all(), required=False
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"), required=False, max_length=600, help_text=gettext_lazy("Parted by commas.")
    )
    source = forms.CharField(
        label=gettext_lazy("Source"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    unverified = forms.BooleanField(
        label=gettext_lazy("The source is not confirmed"),
        required=False,
        help_text=gettext_lazy("As long as this is ticked, no test shows the question."),
    )
    review_on = forms.DateField(
        label=gettext_lazy("To be reviewed by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("After this day no test shows the question until somebody has looked at it."),
    )

    def __init__(self, *args: Any, question: Question | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if question is not None:
            del self.fields["code"]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if Question.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is already a question with the code %(code)s.") % {"code": code})
        return code

    def filed(self) -> dict[str, Any]:
        """What the services take."""
        return {**self.cleaned_data, "tags": self.cleaned_data["tags"].split(",")}


class WordsForm(Worded):
    """What every question says."""

    spoken = {
        "case": Spoken(gettext_lazy("Situation to read first"), lines=3),
        "stem": Spoken(gettext_lazy("Question"), lines=3, needed=True),
    }


class FeedbackForm(Worded):
    """What is said after the answer, whatever it was."""

    spoken = {"feedback": Spoken(gettext_lazy("Explanation for everybody"), lines=3)}


class QuestionEditor:
    """All forms of one question. `quiet` shows what was typed without saying yet what is missing."""

    def __init__(
        self,
        *,
        type_name: str,
        question: Question | None = None,
        version: QuestionVersion | None = None,
        texts: Mapping[str, QuestionText] | None = None,
        data: Any = None,
        quiet: bool = False,
        category: Category | None = None,
    ) -> None:
        self.type_name, self.question, self.version = type_name, question, version
        self.texts = texts or {}
        self.words_before = {language: text.words for language, text in self.texts.items()}
        filed = _filed(question) if question else {"category": category}
        self.filing = FilingForm(data, prefix="filing", question=question, initial=filed)
        self.words = WordsForm(data, prefix="words", initial=self._shown("case", "stem"))
        self.feedback = FeedbackForm(data, prefix="feedback", initial=self._shown("feedback"))
        structure = version.structure if version else None
        self.part = PARTS[type_name](data=data, structure=structure, words=self.words_before)
        self.hints = Hints(data, prefix="hints", initial=self._hints_shown() if data is None else [])
        self.base = self._base() if data is None else str(data.get("base", ""))
        self.problems: list[str] = []
        if quiet:
            for form in self.forms():
                form.hush()

    def forms(self) -> Iterator[Worded]:
        """Every form of the editor."""
        yield from (self.filing, self.words, self.feedback, *self.hints.forms)
        yield from self.part.forms()

    def _shown(self, *names: str) -> dict[str, str]:
        return {
            field: text for name in names for field, text in Worded.texts_of(self.words_before, name, name=name).items()
        }

    def _hints_shown(self) -> list[dict[str, str]]:
        hints = {language: words.get("hints") or [] for language, words in self.words_before.items()}
        said = {language: _as_words(texts, self.words_before[language]) for language, texts in hints.items()}
        most = max((len(each) for each in hints.values()), default=0)
        return [Worded.texts_of(said, str(place), name="text") for place in range(most)]

    def _base(self) -> str:
        """What the editor started from, so that nobody writes over what somebody else saved meanwhile."""
        revisions = sorted(text.pk for text in self.texts.values())
        return "-".join(map(str, [self.version.pk if self.version else 0, *revisions]))

    def is_valid(self) -> bool:
        """Look at everything; every wrong field has its sentence then."""
        readable = [each.is_valid() for each in (self.filing, self.words, self.feedback, self.part, self.hints)]
        self._look_at_texts()
        if self.base != self._base():
            self.problems.append(
                _("Somebody else saved this question meanwhile. Open it anew beside this page and copy your words.")
            )
        return all(readable) and not self.has_errors()

    def _look_at_texts(self) -> None:
        languages = self.languages()
        for each in (self.words, self.feedback, self.part, self.hints):
            each.demand(languages)
        if not languages:
            self.words.add_error("stem_en", _("A question needs its text in at least one language."))
        if not self.part.has_errors() and not any(form.errors for form in self.forms() if form is not self.filing):
            draft = self.draft()
            checked(self.part, self.type_name, draft.structure, draft.words)

    def has_errors(self) -> bool:
        """Whether anything was found wrong."""
        return bool(self.problems) or self.part.has_errors() or any(form.errors for form in self.forms())

    def faults(self) -> list[tuple[BoundField, str]]:
        """The fields in which something is wrong, each with its first sentence, in the order of the page."""
        last = [*self.hints.forms, self.feedback, self.filing]
        forms = [self.words, *self.part.forms(), *last]
        return [
            (form[name], str(sentences[0]))
            for form in forms
            for name, sentences in form.errors.items()
            if name in form.fields
        ]

    def languages(self) -> list[str]:
        """The languages in which the question is written, in the order of the academy."""
        hints = (row.languages() for row in self.hints.written())
        found = self.words.languages() | self.feedback.languages() | self.part.languages()
        return [each for each in LANGUAGES if each in found.union(*hints)]

    def draft(self) -> Draft:
        """Structure and words as they were written; after the forms were found readable."""
        languages = self.languages()
        structure, words = self.part.read(languages)
        return Draft(structure, {each: self._words_in(each, words[each]) for each in languages})

    def _words_in(self, language: str, own: Mapping[str, Any]) -> dict[str, Any]:
        """The words of a language; what no form shows stays as it was."""
        hints = [text for row in self.hints.written() if (text := row.said("text", language))]
        common = {"stem": self.words.said("stem", language), "case": self.words.said("case", language)}
        written = {**common, **own, "feedback": self.feedback.said("feedback", language), "hints": hints}
        before = self.words_before.get(language, {})
        kept = {name: each for name, each in before.items() if name not in {*written, "formats"}}
        words = {**kept, **pruned(written)}
        return clean_words({**words, "formats": kept_formats(before, words)})

    def structure_changed(self) -> bool:
        """Whether what is asked or scored became another, or a language is gone: then there is a new version."""
        if self.version is None:
            return True
        draft = self.draft()
        gone = self.words_before.keys() - draft.words.keys()
        return bool(gone) or tidy(self.version.structure) != tidy(draft.structure)

    def changed_languages(self) -> list[str]:
        """The languages whose words became others."""
        words = self.draft().words
        return [each for each, new in words.items() if tidy(self.words_before.get(each, {})) != tidy(new)]

    @transaction.atomic
    def save(self, *, actor: Account) -> Question:
        """Write through the services: a new question, a new version, or new words for the version there is."""
        draft, filed = self.draft(), self.filing.filed()
        if self.question is None:
            return create_question(
                type=self.type_name, structure=draft.structure, texts=draft.words, created_by=actor, **filed
            )
        describe_question(question=self.question, actor=actor, **filed)
        if self.structure_changed():
            add_version(question=self.question, structure=draft.structure, texts=draft.words, created_by=actor)
        elif self.version is not None:
            for language in self.changed_languages():
                revise_text(version=self.version, language=language, words=draft.words[language])
        return self.question


def pruned(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return words without the texts that are empty.

    >>> pruned({"stem": "What?", "rationales": {"A": ""}, "hints": []})
    {'stem': 'What?'}
    """
    full = {name: pruned(each) if isinstance(each, Mapping) else each for name, each in words.items()}
    return {name: each for name, each in full.items() if each}


def tidy(value: Structure | Any) -> Any:
    """Return structure or words without what says nothing, numbers as they are written: equal when nothing differs.

    >>> tidy({"value": 12, "tolerance": 0, "unit": ""}) == tidy({"value": "12"})
    True
    """
    if isinstance(value, Mapping):
        tidied = {name: tidy(each) for name, each in value.items()}
        return {name: each for name, each in tidied.items() if each not in ("", {}, []) and each != UNSAID.get(name)}
    if isinstance(value, list | tuple):
        return [tidy(each) for each in value]
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _as_words(hints: list[str], words: Mapping[str, Any]) -> dict[str, Any]:
    """Hints by their places, with their formats."""
    texts = {str(place): text for place, text in enumerate(hints)}
    formats = formats_of(words)
    return {**texts, "formats": {place: formats.get(f"hints.{place}", "") for place in texts}}


def _filed(question: Question) -> dict[str, Any]:
    return {
        "category": question.category_id,
        "objective": question.objective_id,
        "tags": ", ".join(question.tags.values_list("name", flat=True)),
        "source": question.source,
        "unverified": question.unverified,
        "review_on": question.review_on,
    }


__all__ = ["FilingForm", "QuestionEditor", "QuestionError", "text_at", "tidy"]
