"""The answers of a question as an editor writes them, one class for each type.

A part shows structure and words (`fill`) as forms and rows, and reads them back (`read`): read what was filled in, and
structure and words are the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.errors import AnswerError, QuestionError
from assessments.forms.question_rows import FORMAT, LANGUAGES, Row, Rows, Spoken, Worded, fresh_id, rows_of, text_at
from assessments.marking import part_in
from assessments.question_types import TYPES, Structure
from assessments.question_types.numerical import OTHER, value_of
from people.models import Language

WordsByLanguage = Mapping[str, Mapping[str, Any]]
Initial = Any  # what Django's forms and formsets show first

TEXT = Spoken(gettext_lazy("Text"), needed=True, distinct=True)
RATIONALE = Spoken(gettext_lazy("Said to whoever chooses it"))
GAPPED = Spoken(
    gettext_lazy("Text with gaps"),
    lines=6,
    needed=True,
    hint=gettext_lazy(
        "Write each gap where it belongs, with its sign: [[g1]]. The order may differ between languages."
    ),
)


class Draft(NamedTuple):
    """What an editor wrote: the structure, and the words by language."""

    structure: dict[str, Any]
    words: dict[str, dict[str, Any]]


CREDIT_HINTS = {
    0: gettext_lazy("From 0 to 1. Empty: everything."),
    -1: gettext_lazy("From −1 to 1. Empty: the usual rule."),
}


class CreditField(forms.CharField):
    """What an answer earns, kept as it was written: 0.5 or 1/3. Empty: what the type says."""

    def __init__(self, lowest: int = 0) -> None:
        self.lowest = lowest
        attrs = {"size": 8, "inputmode": "decimal"}
        super().__init__(
            label=gettext_lazy("Earns"),
            required=False,
            max_length=20,
            help_text=CREDIT_HINTS[lowest],
            widget=forms.TextInput(attrs=attrs),
        )

    def clean(self, value: Any) -> str:
        text = super().clean(value).replace(",", ".").replace("−", "-")
        try:
            fits = not text or self.lowest <= part_in(text) <= 1
        except ValueError:
            fits = False
        if not fits:
            raise forms.ValidationError(
                _("What an answer earns is a number from %(lowest)s to 1, for instance 0.5 or 1/3.")
                % {"lowest": self.lowest}
            )
        return text


class NumberField(forms.CharField):
    """A number as people write it, kept exactly with a decimal point."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            value_of(text)
        except AnswerError as error:
            raise forms.ValidationError(str(error)) from error
        return "".join(text.replace(",", ".").replace("−", "-").split())


# --- Rows -----------------------------------------------------------------------------------------------------------
class OptionRow(Row):
    """An option to choose from."""

    letter = "A"
    spoken = {"text": TEXT, "rationale": RATIONALE}

    id = forms.CharField(widget=forms.HiddenInput, required=False)
    correct = forms.BooleanField(label=gettext_lazy("Right"), required=False)
    credit = CreditField(lowest=-1)
    last = forms.BooleanField(label=gettext_lazy("Stays at the end when options are shuffled"), required=False)


class PairRow(Row):
    """A line and what belongs to it. Lines with the same answer share it."""

    letter = "p"
    spoken = {
        "left": Spoken(gettext_lazy("Line"), needed=True, distinct=True),
        "right": Spoken(gettext_lazy("What belongs to it"), needed=True),
    }

    id = forms.CharField(widget=forms.HiddenInput, required=False)
    right = forms.CharField(widget=forms.HiddenInput, required=False)


class DistractorRow(Row):
    """An answer that fits no line."""

    letter = "d"
    spoken = {"text": TEXT}

    id = forms.CharField(widget=forms.HiddenInput, required=False)


class ItemRow(Row):
    """A thing to put in order."""

    letter = "i"
    spoken = {"text": TEXT}

    id = forms.CharField(widget=forms.HiddenInput, required=False)


class NumberRow(Row):
    """A number that is accepted."""

    spoken = {"rationale": Spoken(gettext_lazy("Said to whoever gives it"))}

    value = NumberField(label=gettext_lazy("Number"), max_length=60, widget=forms.TextInput(attrs={"size": 14}))
    tolerance = NumberField(
        label=gettext_lazy("Tolerance"), max_length=60, required=False, widget=forms.TextInput(attrs={"size": 10})
    )
    relative = forms.TypedChoiceField(
        label=gettext_lazy("Tolerance is"),
        choices=[("", gettext_lazy("as a number")), ("1", gettext_lazy("in per cent of the number"))],
        required=False,
        coerce=bool,
    )
    credit = CreditField()

    def clean_tolerance(self) -> str:
        tolerance = self.cleaned_data["tolerance"]
        if tolerance and value_of(tolerance) < 0:
            raise forms.ValidationError(_("A tolerance is never below 0."))
        return tolerance


class AcceptedRow(Row):
    """A text that is accepted."""

    text = forms.CharField(label=gettext_lazy("Accepted answer"), max_length=200)
    credit = CreditField()
    feedback = forms.CharField(
        label=gettext_lazy("Said to whoever gives it"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 1}),
    )


class CriterionRow(Row):
    """What a marker looks at."""

    letter = "c"
    spoken = {"text": TEXT}

    id = forms.CharField(widget=forms.HiddenInput, required=False)
    points = forms.IntegerField(label=gettext_lazy("Points"), min_value=1, max_value=100)


class HintRow(Row):
    """A hint for whoever practises."""

    spoken = {"text": Spoken(gettext_lazy("Hint"))}


class WordRow(Row):
    """A word to choose from."""

    letter = "w"
    spoken = {"text": Spoken(gettext_lazy("Word"), lines=1, needed=True, distinct=True)}

    id = forms.CharField(widget=forms.HiddenInput, required=False)


class WordGapRow(Row):
    """A gap, and the word that belongs into it."""

    letter = "g"

    id = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["right"] = forms.ChoiceField(
            label=gettext_lazy("Right word"), choices=[("", gettext_lazy("Choose …")), *offered]
        )
        self.fields["choices"] = forms.MultipleChoiceField(
            label=gettext_lazy("Words offered here"),
            required=False,
            choices=offered,
            widget=forms.CheckboxSelectMultiple,
            help_text=gettext_lazy("None ticked: all words."),
        )

    def has_changed(self) -> bool:
        """A gap is there as soon as it was added."""
        return True

    @property
    def sign(self) -> str:
        """How the gap is written in the text."""
        return f"[[{self['id'].value()}]]"


class GapRow(Row):
    """A gap of a text, with the answers that its type needs."""

    letter = "g"

    id = forms.CharField(widget=forms.HiddenInput, required=False)
    type = forms.CharField(widget=forms.HiddenInput)
    weight = forms.IntegerField(
        label=gettext_lazy("Weight"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=gettext_lazy("How many times it counts. Empty: once."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = f"{self.prefix}-inside"
        kind = self.data.get(f"{self.prefix}-type") if self.is_bound else (self.initial or {}).get("type")
        self.kind = kind if kind in GAP_KINDS else "short_answer"
        known = self.is_bound and any(name.startswith(f"{inside}-") for name in self.data)
        structure, words = (self.initial or {}).get("inside") or (None, {})
        self.part = PARTS[self.kind](data=self.data if known else None, prefix=inside, structure=structure, words=words)

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.part.is_valid()])

    def demand(self, languages: Iterable[str]) -> None:
        self.part.demand(languages)

    def languages(self) -> set[str]:
        return self.part.languages()

    def has_changed(self) -> bool:
        """A gap is there as soon as it was added."""
        return True

    @property
    def sign(self) -> str:
        """How the gap is written in the text."""
        return f"[[{self['id'].value()}]]"

    @property
    def kind_label(self) -> str | Promise:
        """What sort of gap it is."""
        return dict(GAP_KINDS)[self.kind]


GAP_KINDS = {
    "single_choice": gettext_lazy("a word chosen from a list"),
    "short_answer": gettext_lazy("a word that is typed"),
    "numerical": gettext_lazy("a number that is typed"),
}

Options = rows_of(
    OptionRow,
    title=gettext_lazy("Options"),
    row_title=gettext_lazy("Option %s"),
    adding=gettext_lazy("Add an option"),
)
Pairs = rows_of(
    PairRow,
    title=gettext_lazy("Pairs"),
    row_title=gettext_lazy("Pair %s"),
    adding=gettext_lazy("Add a pair"),
    hint=gettext_lazy("Two lines may have the same answer: write it twice in the same words."),
)
Distractors = rows_of(
    DistractorRow,
    title=gettext_lazy("Answers that fit no line"),
    row_title=gettext_lazy("Answer %s"),
    adding=gettext_lazy("Add an answer that fits no line"),
)
Items = rows_of(
    ItemRow,
    title=gettext_lazy("Items in the right order"),
    row_title=gettext_lazy("Place %s"),
    adding=gettext_lazy("Add an item"),
    hint=gettext_lazy("Learners see them in another order."),
)
Numbers = rows_of(
    NumberRow,
    title=gettext_lazy("Accepted numbers"),
    row_title=gettext_lazy("Number %s"),
    adding=gettext_lazy("Add a number"),
    hint=gettext_lazy("The first one is shown as the right answer."),
)
Criteria = rows_of(
    CriterionRow,
    title=gettext_lazy("Criteria of marking"),
    row_title=gettext_lazy("Criterion %s"),
    adding=gettext_lazy("Add a criterion"),
    hint=gettext_lazy("What markers look at, and the points for it."),
)
WordChoices = rows_of(
    WordRow,
    title=gettext_lazy("Words to choose from"),
    row_title=gettext_lazy("Word %s"),
    adding=gettext_lazy("Add a word"),
)
WordGaps = rows_of(
    WordGapRow,
    title=gettext_lazy("Gaps"),
    row_title=gettext_lazy("Gap %s"),
    adding=gettext_lazy("Add a gap"),
    movable=False,
)
Gaps = rows_of(
    GapRow,
    title=gettext_lazy("Gaps"),
    row_title=gettext_lazy("Gap %s"),
    movable=False,
    kinds=(
        ("single_choice", gettext_lazy("Add a gap with a list")),
        ("short_answer", gettext_lazy("Add a gap for a word")),
        ("numerical", gettext_lazy("Add a gap for a number")),
    ),
)
Hints = rows_of(
    HintRow,
    title=gettext_lazy("Hints"),
    row_title=gettext_lazy("Hint %s"),
    adding=gettext_lazy("Add a hint"),
    hint=gettext_lazy("Shown one by one to whoever practises; never in a test."),
)


def _accepted(title: str | Promise, hint: str | Promise = "") -> type[Rows]:
    return rows_of(
        AcceptedRow,
        title=title,
        row_title=gettext_lazy("Answer %s"),
        adding=gettext_lazy("Add an answer"),
        hint=hint,
    )


ACCEPTED_PARTS = ("text", "credit", "feedback")
STARS = gettext_lazy("An asterisk (*) stands for any text: refugee* accepts refugees.")
ACCEPTED = {
    "accept": _accepted(gettext_lazy("Accepted in every language besides")),
    "accept_en": _accepted(gettext_lazy("Accepted in English"), STARS),
    "accept_ru": _accepted(gettext_lazy("Accepted in Russian"), STARS),
    "accept_be": _accepted(gettext_lazy("Accepted in Belarusian"), STARS),
}


# --- Rules ----------------------------------------------------------------------------------------------------------
class StatementForm(Worded):
    """A statement that is true or false."""

    spoken = {
        "rationale_true": Spoken(gettext_lazy("Said to whoever chooses “true”")),
        "rationale_false": Spoken(gettext_lazy("Said to whoever chooses “false”")),
    }

    answer = forms.TypedChoiceField(
        label=gettext_lazy("The statement is"),
        choices=[("true", gettext_lazy("true")), ("false", gettext_lazy("false"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "true",
        error_messages={"required": gettext_lazy("Say whether the statement is true or false.")},
    )


class MatchingForm(Worded):
    """Keeps the order in which the answers lie in the bank."""

    rights = forms.CharField(widget=forms.HiddenInput, required=False)


class OrderForm(Worded):
    """How an order is marked."""

    grading = forms.ChoiceField(
        label=gettext_lazy("Marked by"),
        choices=[
            ("relative", gettext_lazy("each neighbour that follows as it should")),
            ("all_or_nothing", gettext_lazy("the whole order: everything or nothing")),
            ("longest_run", gettext_lazy("the longest unbroken piece in order")),
            ("longest_subset", gettext_lazy("the most items in order among themselves")),
        ],
    )


class UnitForm(Worded):
    """The unit behind a number, and what becomes of numbers that are not accepted."""

    spoken = {
        "unit": Spoken(gettext_lazy("Unit"), lines=1),
        "other": Spoken(gettext_lazy("Said to whoever gives any other number")),
    }

    otherwise = CreditField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["otherwise"].label = _("Any other number earns")
        self.fields["otherwise"].help_text = _("From 0 to 1. Empty: nothing.")


class AcceptingForm(Worded):
    """What makes no difference in a typed text."""

    ignore_case = forms.BooleanField(label=gettext_lazy("Capitals and small letters are the same"), required=False)
    ignore_yo = forms.BooleanField(label=gettext_lazy("The letters ё and е are the same"), required=False)


class EssayForm(Worded):
    """What the marker needs."""

    spoken = {
        "model_answer": Spoken(gettext_lazy("A good answer"), lines=4),
        "rubric": Spoken(gettext_lazy("How to mark, in words"), lines=4),
    }


class GappedForm(Worded):
    """A text with gaps."""

    spoken = {"text": GAPPED}


# --- Parts ----------------------------------------------------------------------------------------------------------
class Part:
    """The answers of one type: `rules` is what stands once, `rows` what stands several times."""

    rules_form: ClassVar[type[Worded]] = Worded
    row_forms: ClassVar[Mapping[str, type[Rows]]] = {}
    blanks: ClassVar[Mapping[str, int]] = {}  # rows of a new question

    def __init__(
        self,
        *,
        data: Any = None,
        prefix: str = "answers",
        structure: Structure | None = None,
        words: WordsByLanguage | None = None,
    ) -> None:
        self.prefix, self.problems = prefix, list[str]()
        initial = self.fill(structure or {}, words or {}) if data is None else {}
        if structure is None and data is None:
            initial = {
                **initial,
                **{name: [self.blank(name, each) for each in range(n)] for name, n in self.blanks.items()},
            }
        self.rules = self.rules_form(data, prefix=f"{prefix}-rules", initial=initial.get("rules"))
        self.rows: dict[str, Rows] = {}
        for name, form in self.row_forms.items():
            self.rows[name] = form(
                data,
                prefix=f"{prefix}-{name}",
                initial=initial.get(name, []),
                form_kwargs=self.row_kwargs(name),
            )

    def lists(self) -> list[tuple[str, Rows]]:
        """The rows with their names. A template would take `rows.items` for the rows of that name."""
        return list(self.rows.items())

    def blank(self, name: str, number: int) -> dict[str, Any]:
        """A row of a new question, with an id of its own."""
        letter = self.row_forms[name].form.letter
        return {"id": chr(ord("A") + number) if letter == "A" else f"{letter}{number + 1}"} if letter else {}

    def row_kwargs(self, name: str) -> dict[str, Any]:
        """What the rows of one kind need to know of the others."""
        return {}

    def is_valid(self) -> bool:
        """Look at every form, so that every wrong field says so."""
        return all([self.rules.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def languages(self) -> set[str]:
        """The languages in which anything is written; after `is_valid`."""
        return self.rules.languages().union(*(row.languages() for rows in self.rows.values() for row in rows.written()))

    def demand(self, languages: Iterable[str]) -> None:
        """Say at each field what is missing in the languages of the question."""
        self.rules.demand(languages)
        for rows in self.rows.values():
            rows.demand(languages)

    def forms(self) -> Iterator[Worded]:
        """Every form of the part, those inside its rows too."""
        yield self.rules
        for row in (row for rows in self.rows.values() for row in rows.forms):
            yield row
            if isinstance(row, GapRow):
                yield from row.part.forms()

    def has_errors(self) -> bool:
        """Whether anything was found wrong, by a field or by the type."""
        rows = (row for each in self.rows.values() for row in each.forms)
        inside = any(isinstance(row, GapRow) and row.part.has_errors() for row in rows)
        return bool(self.problems) or inside or any(form.errors for form in self.forms())

    def fill(self, structure: Structure, words: WordsByLanguage) -> dict[str, Initial]:
        """What the forms show first."""
        return {}

    def read(self, languages: Iterable[str]) -> Draft:
        """Structure, and words of the languages, as they were written; after `is_valid`."""
        return Draft({}, {language: {} for language in languages})


class ChoicePart(Part):
    """Single choice and multiple response."""

    row_forms = {"options": Options}
    blanks = {"options": 4}

    def fill(self, structure: Structure, words: WordsByLanguage) -> dict[str, Initial]:
        return {
            "options": [
                {
                    "id": option["id"],
                    "correct": option.get("correct", False),
                    "credit": _shown(option.get("credit")),
                    "last": option.get("last", False),
                    **Row.texts_of(words, "options", option["id"], name="text"),
                    **Row.texts_of(words, "rationales", option["id"], name="rationale"),
                }
                for option in structure.get("options", [])
            ]
        }

    def read(self, languages: Iterable[str]) -> Draft:
        rows = self.rows["options"].written()
        options = [
            {
                "id": row.cleaned_data["id"],
                "correct": row.cleaned_data["correct"],
                **({"credit": row.cleaned_data["credit"]} if row.cleaned_data["credit"] else {}),
                **({"last": True} if row.cleaned_data["last"] else {}),
            }
            for row in rows
        ]
        words = {
            language: {"options": _said(rows, "text", language), "rationales": _said(rows, "rationale", language)}
            for language in languages
        }
        return Draft({"options": options}, words)


class StatementPart(Part):
    """True or false."""

    rules_form = StatementForm

    def fill(self, structure: Structure, words: WordsByLanguage) -> dict[str, Initial]:
        answer = structure.get("answer")
        return {
            "rules": {
                "answer": "" if answer is None else str(answer).lower(),
                **Worded.texts_of(words, "rationales", "true", name="rationale_true"),
                **Worded.texts_of(words, "rationales", "false", name="rationale_false"),
            }
        }

    def read(self, languages: Iterable[str]) -> Draft:
        said = self.rules.said
        words = {
            each: {"rationales": {"true": said("rationale_true", each), "false": said("rationale_false", each)}}
            for each in languages
        }
        return Draft({"answer": self.rules.cleaned_data.get("answer")}, words)


class MatchingPart(Part):
    """Pairs, and answers that fit nothing. Pairs with the same words on the right share their answer."""

    rules_form = MatchingForm
    row_forms = {"pairs": Pairs, "distractors": Distractors}
    blanks = {"pairs": 3}

    def fill(self, structure: Structure, words: WordsByLanguage) -> dict[str, Initial]:
        pairs, rights = structure.get("pairs", []), structure.get("rights", [])
        used = {pair["right"] for pair in pairs}
        return {
            "rules": {"rights": " ".join(rights)},
            "pairs": [
                {
                    **pair,
                    **Row.texts_of(words, "lefts", pair["id"], name="left"),
                    **Row.texts_of(words, "rights", pair["right"], name="right"),
                }
                for pair in pairs
            ],
            "distractors": [
                {"id": each, **Row.texts_of(words, "rights", each, name="text")} for each in rights if each not in used
            ],
        }

    def read(self, languages: Iterable[str]) -> Draft:
        pairs, distractors = self.rows["pairs"].written(), self.rows["distractors"].written()
        rights: dict[str, dict[str, str]] = {
            row.cleaned_data["id"]: {each: row.said("text", each) for each in LANGUAGES} for row in distractors
        }
        lines, own = [], {row.cleaned_data["right"] for row in pairs}
        for row in pairs:
            texts = {each: row.said("right", each) for each in LANGUAGES}
            right = _same_texts(rights, row.cleaned_data["right"], texts) or fresh_id("r", {*rights, *own})
            rights[right] = texts
            lines.append({"id": row.cleaned_data["id"], "right": right})
        kept = [each for each in self.rules.cleaned_data.get("rights", "").split() if each in rights]
        order = [*kept, *(each for each in rights if each not in kept)]
        words = {
            language: {
                "lefts": _said(pairs, "left", language),
                "rights": {each: rights[each][language] for each in order if rights[each][language]},
            }
            for language in languages
        }
        return Draft({"pairs": lines, "rights": order}, words)


class OrderPart(Part):
    """Items in the right order."""

    rules_form = OrderForm
    row_forms = {"items": Items}
    blanks = {"items": 4}

    def fill(self, structure: Structure, words: WordsByLanguage) -> dict[str, Initial]:
        return {
            "rules": {"grading": structure.get("grading", "relative")},
            "items": [
                {"id": each, **Row.texts_of(words, "items", each, name="text")} for each in structure.get("order", [])
            ],
        }

    def read(self, languages: Iterable[str]) -> Draft:
        rows = self.rows["items"].written()
        structure = {
            "order": [row.cleaned_data["id"] for row in rows],
            "grading": self.rules.cleaned_data.get("grading"),
        }
        return Draft(structure, {each: {"items": _said(rows, "text", each)} for each in languages})


class NumberPart(Part):
    """Numbers with their tolerance."""

    rules_form = UnitForm
    row_forms = {"numbers": Numbers}
    blanks = {"numbers": 1}

    def fill(self, structure: Structure, words: WordsByLanguage) -> dict[str, Initial]:
        accepted = [structure, *structure.get("also", [])] if structure else []
        return {
            "rules": {
                "otherwise": _shown(structure.get("otherwise")),
                **Worded.texts_of(words, "unit", name="unit"),
                **Worded.texts_of(words, "rationales", OTHER, name="other"),
            },
            "numbers": [
                {
                    "value": _shown(each.get("value")),
                    "tolerance": _shown(each.get("tolerance")),
                    "relative": "1" if each.get("relative") else "",
                    "credit": _shown(each.get("credit")),
                    **Row.texts_of(words, "rationales", str(place), name="rationale"),
                }
                for place, each in enumerate(accepted)
            ],
        }

    def read(self, languages: Iterable[str]) -> Draft:
        rows = self.rows["numbers"].written()
        accepted = [
            {name: row.cleaned_data.get(name) for name in ("value", "tolerance", "relative", "credit")} for row in rows
        ]
        first, *others = [{name: value for name, value in each.items() if value} for each in accepted] or [{}]
        words = {each: {"unit": self.rules.said("unit", each), "rationales": self._told(each)} for each in languages}
        otherwise = self.rules.cleaned_data.get("otherwise")
        rest = {**({"also": others} if others else {}), **({"otherwise": otherwise} if otherwise else {})}
        return Draft({**first, **rest}, words)

    def _told(self, language: str) -> dict[str, str]:
        """What is said to each number, by its place, and to all others."""
        rows = enumerate(self.rows["numbers"].written())
        told = {str(place): row.said("rationale", language) for place, row in rows}
        return {name: text for name, text in {**told, OTHER: self.rules.said("other", language)}.items() if text}


class AcceptingPart(Part):
    """Texts that are accepted, by language."""

    rules_form = AcceptingForm
    row_forms = ACCEPTED
    blanks = {f"accept_{language}": 1 for language in LANGUAGES}

    def fill(self, structure: Structure, words: WordsByLanguage) -> dict[str, Initial]:
        lists: dict[str, tuple[Any, Mapping[str, str]]] = {"accept": (structure.get("accept") or [], {})}
        for language in LANGUAGES:
            own = words.get(language) or {}
            lists[f"accept_{language}"] = (own.get("accept") or [], own.get("formats") or {})
        return {
            "rules": {rule: structure.get(rule, True) for rule in ("ignore_case", "ignore_yo")},
            **{
                name: [
                    {
                        **{part: _shown(each.get(part)) for part in ACCEPTED_PARTS},
                        f"feedback{FORMAT}": formats.get(f"accept.{place}.feedback", ""),
                    }
                    for place, each in enumerate(accept)
                ]
                for name, (accept, formats) in lists.items()
            },
        }

    def languages(self) -> set[str]:
        return {each for each in LANGUAGES if self.rows[f"accept_{each}"].written()}

    def demand(self, languages: Iterable[str]) -> None:
        super().demand(languages)
        for each in languages:
            if not self.rows[f"accept_{each}"].written():
                self.problems.append(
                    _("%(language)s: a short answer needs at least one accepted answer.")
                    % {"language": Language(each).label}
                )

    def read(self, languages: Iterable[str]) -> Draft:
        everywhere = self._accepted("accept")
        structure = {rule: self.rules.cleaned_data.get(rule) for rule in ("ignore_case", "ignore_yo")}
        return Draft(
            {**structure, **({"accept": everywhere} if everywhere else {})},
            {each: {"accept": self._accepted(f"accept_{each}")} for each in languages},
        )

    def _accepted(self, name: str) -> list[dict[str, str]]:
        return [
            {part: row.cleaned_data[part] for part in ACCEPTED_PARTS if row.cleaned_data.get(part)}
            for row in self.rows[name].written()
        ]


class GapsPart(Part):
    """A text with gaps of several types."""

    rules_form = GappedForm
    row_forms = {"gaps": Gaps}

    def fill(self, structure: Structure, words: WordsByLanguage) -> dict[str, Initial]:
        return {
            "rules": Worded.texts_of(words, "text", name="text"),
            "gaps": [
                {
                    "id": gap["id"],
                    "type": gap["type"],
                    "weight": gap.get("weight", 1),
                    "inside": (gap, {each: _inside(words.get(each), gap["id"]) for each in LANGUAGES}),
                }
                for gap in structure.get("gaps", [])
            ],
        }

    def read(self, languages: Iterable[str]) -> Draft:
        languages = list(languages)
        rows = [(row, row.part.read(languages)) for row in self.rows["gaps"].written()]
        gaps = [
            {
                "id": row.cleaned_data["id"],
                "type": row.kind,
                **draft.structure,
                "weight": row.cleaned_data.get("weight") or 1,
            }
            for row, draft in rows
        ]
        words = {
            language: {
                "text": self.rules.said("text", language),
                "gaps": {row.cleaned_data["id"]: draft.words[language] for row, draft in rows},
            }
            for language in languages
        }
        return Draft({"gaps": gaps}, words)


class WordsPart(Part):
    """A text with gaps whose words are chosen from lists."""

    rules_form = GappedForm
    row_forms = {"choices": WordChoices, "gaps": WordGaps}
    blanks = {"choices": 3}

    def row_kwargs(self, name: str) -> dict[str, Any]:
        if name != "gaps":
            return {}
        rows = self.rows["choices"].forms
        offered = []
        for number, row in enumerate(rows, start=1):
            texts = [row[f"text_{each}"].value() for each in LANGUAGES]
            label = next((text for text in texts if text), _("word %(number)s") % {"number": number})
            offered.append((row["id"].value() or "", label))
        return {"offered": offered}

    def fill(self, structure: Structure, words: WordsByLanguage) -> dict[str, Initial]:
        ids = TYPES["select_words"].option_ids(structure) if structure else ()
        every = list(dict.fromkeys([*structure.get("choices", []), *ids]))
        return {
            "rules": Worded.texts_of(words, "text", name="text"),
            "choices": [{"id": each, **Row.texts_of(words, "choices", each, name="text")} for each in every],
            "gaps": [
                {"id": gap["id"], "right": gap["right"], "choices": gap.get("choices", [])}
                for gap in structure.get("gaps", [])
            ],
        }

    def read(self, languages: Iterable[str]) -> Draft:
        rows = self.rows["choices"].written()
        ids = [row.cleaned_data["id"] for row in rows]
        gaps = [_word_gap(row.cleaned_data) for row in self.rows["gaps"].written()]
        words = {
            language: {"text": self.rules.said("text", language), "choices": _said(rows, "text", language)}
            for language in languages
        }
        return Draft({"gaps": gaps, "choices": ids}, words)


class EssayPart(Part):
    """What whoever marks needs."""

    rules_form = EssayForm
    row_forms = {"criteria": Criteria}

    def fill(self, structure: Structure, words: WordsByLanguage) -> dict[str, Initial]:
        texts = {**Worded.texts_of(words, "model_answer", name="model_answer")}
        return {
            "rules": {**texts, **Worded.texts_of(words, "rubric", name="rubric")},
            "criteria": [
                {**each, **Row.texts_of(words, "criteria", each["id"], name="text")}
                for each in structure.get("criteria", [])
            ],
        }

    def read(self, languages: Iterable[str]) -> Draft:
        rows = self.rows["criteria"].written()
        criteria = [{"id": row.cleaned_data["id"], "points": row.cleaned_data.get("points")} for row in rows]
        words = {
            each: {
                "model_answer": self.rules.said("model_answer", each),
                "rubric": self.rules.said("rubric", each),
                "criteria": _said(rows, "text", each),
            }
            for each in languages
        }
        return Draft({"criteria": criteria} if criteria else {}, words)


PARTS: dict[str, type[Part]] = {
    "single_choice": ChoicePart,
    "multiple_response": ChoicePart,
    "true_false": StatementPart,
    "matching": MatchingPart,
    "ordering": OrderPart,
    "numerical": NumberPart,
    "short_answer": AcceptingPart,
    "gap_fill": GapsPart,
    "select_words": WordsPart,
    "essay": EssayPart,
    "description": Part,
}


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _said(rows: Iterable[Row], name: str, language: str) -> dict[str, str]:
    """A text of each row by its id, without those that are empty."""
    texts = {row.cleaned_data["id"]: row.said(name, language) for row in rows}
    return {each: text for each, text in texts.items() if text}


def _same_texts(rights: Mapping[str, dict[str, str]], own: str, texts: dict[str, str]) -> str:
    """The id of an answer: that of an earlier one in the same words, or its own; empty when it needs a new one."""
    same = [each for each, others in rights.items() if others == texts]
    return same[0] if same else "" if own in rights else own


def _inside(words: Mapping[str, Any] | None, gap: str) -> Mapping[str, Any]:
    """The words of a gap, with their own formats."""
    own, start = ((words or {}).get("gaps") or {}).get(gap), f"gaps.{gap}."
    if not isinstance(own, Mapping):
        return {}
    formats = ((words or {}).get("formats") or {}).items()
    inside = {path.removeprefix(start): written for path, written in formats if path.startswith(start)}
    return {**own, "formats": inside} if inside else own


def _word_gap(given: Mapping[str, Any]) -> dict[str, Any]:
    own = {"choices": list(given["choices"])} if given.get("choices") else {}
    return {"id": given["id"], "right": given.get("right"), **own}


def checked(part: Part, type_name: str, structure: Structure, words: WordsByLanguage) -> None:
    """Let the type look at what was written, and keep what it finds wrong as problems of the part."""
    try:
        TYPES[type_name].check_structure(structure)
        for language, text in words.items():
            _check_words(type_name, structure, language, text)
    except QuestionError as error:
        part.problems.append(str(error))


def _check_words(type_name: str, structure: Structure, language: str, words: Mapping[str, Any]) -> None:
    try:
        TYPES[type_name].check_words(structure, words)
    except QuestionError as error:
        raise QuestionError(f"{Language(language).label}: {error}") from error


__all__ = ["PARTS", "Draft", "Hints", "Part", "checked", "text_at"]
