"""A test as an editor writes it: its rules, its sections, and what is shown when."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django import forms
from django.db import transaction
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments import disclosure
from assessments.disclosure import Field, Moment
from assessments.errors import QuestionError
from assessments.forms.points import PointsField
from assessments.forms.question import CategoryField
from assessments.forms.question_rows import LANGUAGES, Row, Spoken, Worded, rows_of
from assessments.models import Category, Objective, Question, QuestionTag, Section, Test
from assessments.services import SectionPlan, change_test, create_test
from people.models import Language

LONGEST_TITLE = 200
NAMED, DRAWN = "named", "drawn"
SHOWN: Mapping[Field, Any] = {
    Field.QUESTIONS: gettext_lazy("The questions with the own answers"),
    Field.CORRECTNESS: gettext_lazy("Whether each answer was right"),
    Field.HIGHEST: gettext_lazy("What each question counts"),
    Field.MARKS: gettext_lazy("What each answer earned, and the whole"),
    Field.RATIONALES: gettext_lazy("What there is to say about the answer chosen"),
    Field.FEEDBACK: gettext_lazy("What there is to say about the question"),
    Field.KEY: gettext_lazy("The right answers"),
    Field.OUTCOME: gettext_lazy("Whether the test was passed"),
}
MOMENTS: Mapping[Moment, tuple[Any, Any]] = {
    Moment.DURING: (gettext_lazy("During the test"), gettext_lazy("An answer that was checked then stands.")),
    Moment.AT_ONCE: (gettext_lazy("At once"), gettext_lazy("In the two minutes after handing in.")),
    Moment.LATER: (gettext_lazy("Later"), gettext_lazy("While another attempt is possible.")),
    Moment.CLOSED: (gettext_lazy("At the end"), gettext_lazy("Passed, no attempt left, or the test has closed.")),
}


class Titled(Worded):
    """Something with a title in three languages."""

    spoken = {"title": Spoken(gettext_lazy("Title"), lines=1)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            self.fields[f"title_{language}"] = forms.CharField(
                label=f"{self.spoken['title'].label} ({Language(language).label})",
                required=False,
                max_length=LONGEST_TITLE,
                widget=forms.TextInput(attrs={"lang": language}),
            )

    def titles(self) -> dict[str, str]:
        """The titles as the services take them."""
        return {f"title_{language}": self.said("title", language) for language in LANGUAGES}


def whole_number(label: Any, least: int, most: int, too_small: Any, **more: Any) -> forms.IntegerField:
    """A field for a whole number that may stay empty."""
    messages = {"min_value": too_small}
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, error_messages=messages, **{"required": False, **more}
    )


class MomentField(forms.DateTimeField):
    """A date with a time, in the time zone of the academy."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})


def check_dates(form: forms.Form) -> None:
    """Say at the field when something would close before it opens."""
    opens, closes = form.cleaned_data.get("opens_at"), form.cleaned_data.get("closes_at")
    if opens and closes and closes <= opens:
        form.add_error("closes_at", _("The test must close after it opens."))


class RulesForm(Titled):
    """Titles and rules of a test."""

    spoken = {"title": Spoken(gettext_lazy("Title"), lines=1, needed=True)}
    groups_of_rules: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
        (gettext_lazy("Passing and attempts"), ("pass_mark", "attempts_limit", "delay_minutes", "grading")),
        (gettext_lazy("Time"), ("time_limit_minutes", "opens_at", "closes_at")),
        (
            gettext_lazy("Order and pages"),
            ("questions_per_page", "sequential", "shuffle_questions", "shuffle_options"),
        ),
        (gettext_lazy("Answers and marking"), ("certainty", "second_marker")),
    )

    code = forms.RegexField(
        label=gettext_lazy("Code"),
        regex=r"^[\w.-]+$",
        max_length=40,
        help_text=gettext_lazy("Short and never changed, for instance M1-F."),
        error_messages={"invalid": gettext_lazy("A code has letters, digits, points and hyphens only.")},
    )
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Test.Purpose.choices)
    pass_mark = whole_number(
        gettext_lazy("Pass mark, per cent"),
        0,
        100,
        gettext_lazy("The pass mark is a number from 0 to 100 per cent."),
        required=True,
    )
    attempts_limit = whole_number(
        gettext_lazy("Attempts allowed"),
        1,
        999,
        gettext_lazy("Allow at least one attempt, or leave the limit empty."),
        help_text=gettext_lazy("Empty: as many as somebody likes."),
    )
    delay_minutes = whole_number(
        gettext_lazy("Minutes between attempts"),
        0,
        525_600,
        gettext_lazy("Write 0 or more minutes."),
        help_text=gettext_lazy("Empty or 0: another attempt can begin at once."),
    )
    grading = forms.ChoiceField(
        label=gettext_lazy("Attempt that counts"),
        choices=Test.Grading.choices,
        help_text=gettext_lazy("Whoever has passed keeps it, whichever attempt counts."),
    )
    time_limit_minutes = whole_number(
        gettext_lazy("Time limit, minutes"),
        1,
        10_080,
        gettext_lazy("Give at least one minute, or leave the time limit empty."),
        help_text=gettext_lazy("Empty: no limit."),
    )
    opens_at = MomentField(label=gettext_lazy("Opens"))
    closes_at = MomentField(
        label=gettext_lazy("Closes"), help_text=gettext_lazy("Attempts that are open then end by themselves.")
    )
    questions_per_page = whole_number(
        gettext_lazy("Questions on a page"),
        1,
        500,
        gettext_lazy("Put at least one question on a page, or leave the number empty."),
        help_text=gettext_lazy("Empty: all on one page."),
    )
    sequential = forms.BooleanField(
        label=gettext_lazy("No way back to earlier pages"),
        required=False,
        help_text=gettext_lazy("Takes effect where there are several pages."),
    )
    shuffle_questions = forms.BooleanField(label=gettext_lazy("Shuffle the questions"), required=False)
    shuffle_options = forms.BooleanField(label=gettext_lazy("Shuffle the options"), required=False)
    certainty = forms.BooleanField(
        label=gettext_lazy("Ask how certain each answer is"),
        required=False,
        help_text=gettext_lazy("Scored beside the mark, never in it."),
    )
    second_marker = forms.BooleanField(
        label=gettext_lazy("Two people mark what is marked by hand"),
        required=False,
        help_text=gettext_lazy("Neither sees the other's mark. If they lie far apart, a third person marks."),
    )

    def __init__(self, *args: Any, test: Test | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if test is not None:
            del self.fields["code"]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if Test.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is already a test with the code %(code)s.") % {"code": code})
        return code

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.said("title", "en") and "title_en" not in self.errors:
            self.add_error("title_en", _("Write the title in English; the other languages fall back on it."))
        check_dates(self)
        return cleaned

    def heads(self) -> list[BoundField]:
        """What comes before the title."""
        return [self[name] for name in ("code", "purpose") if name in self.fields]

    def rules(self) -> list[tuple[str | Promise, list[BoundField]]]:
        """The rules in their groups."""
        return [(label, [self[name] for name in names]) for label, names in self.groups_of_rules]

    def values(self) -> dict[str, Any]:
        """Titles and rules as the services take them."""
        return {**self.cleaned_data, "delay_minutes": self.cleaned_data["delay_minutes"] or 0}


# --- Sections -------------------------------------------------------------------------------------------------------
class CodesField(forms.CharField):
    """Codes of questions of the bank, one a line, in the order in which they are asked."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "off"})

    def clean(self, value: Any) -> list[Question]:
        codes = super().clean(value).split()
        found = {question.code: question for question in Question.objects.filter(code__in=codes)}
        missing = [code for code in codes if code not in found]
        if missing:
            raise forms.ValidationError(_("There is no question with the code %(code)s.") % {"code": missing[0]})
        twice = [code for code in codes if codes.count(code) > 1]
        if twice:
            raise forms.ValidationError(_("The question %(code)s stands here twice.") % {"code": twice[0]})
        return [found[code] for code in codes]


class SectionRow(Titled, Row):
    """A part of the test. Its type says whether it names its questions or draws some at random."""

    spoken = {
        "title": Spoken(gettext_lazy("Title"), lines=1, hint=gettext_lazy("Stands above the section; may stay empty."))
    }
    own_fields = {NAMED: ("codes", "search"), DRAWN: ("draw", "category", "tag", "objective")}

    type = forms.CharField(widget=forms.HiddenInput)
    codes = CodesField(
        label=gettext_lazy("Questions"),
        help_text=gettext_lazy("Codes of questions, one a line, in the order in which they are asked."),
        error_messages={"required": gettext_lazy("Name at least one question, or remove the section.")},
    )
    search = forms.CharField(label=gettext_lazy("Code or words of a question"), required=False, max_length=200)
    draw = forms.IntegerField(
        label=gettext_lazy("How many questions"),
        min_value=1,
        max_value=500,
        error_messages={
            "required": gettext_lazy("Say how many questions are drawn."),
            "min_value": gettext_lazy("Draw at least one question."),
        },
    )
    category = CategoryField(
        label=gettext_lazy("Category, with what lies in it"),
        queryset=Category.objects.all(),
        required=False,
        empty_label=gettext_lazy("any"),
    )
    tag = forms.ModelChoiceField(
        label=gettext_lazy("Tag"), queryset=QuestionTag.objects.all(), required=False, empty_label=gettext_lazy("any")
    )
    objective = forms.ModelChoiceField(
        label=gettext_lazy("Objective"),
        queryset=Objective.objects.all(),
        required=False,
        empty_label=gettext_lazy("any"),
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Parallel form"),
        required=False,
        choices=[("", gettext_lazy("none")), ("A", "A"), ("B", "B")],
        help_text=gettext_lazy(
            "Only for a test before and after: everybody is asked one form before and the other afterwards."
        ),
    )
    mark = PointsField(
        label=gettext_lazy("Points for each question"),
        error_messages={"min_value": gettext_lazy("Each question counts something: 0.01 points at least.")},
    )
    by_hand = forms.BooleanField(
        label=gettext_lazy("Marked by a person"),
        required=False,
        help_text=gettext_lazy("Even what the computer could mark."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.data.get(f"{self.prefix}-type") if self.is_bound else (self.initial or {}).get("type")
        self.kind = DRAWN if kind == DRAWN else NAMED
        for name in self.own_fields[NAMED if self.kind == DRAWN else DRAWN]:
            del self.fields[name]
        if self.is_bound and self.add_prefix("mark") not in self.data:  # it was added just now
            data: Any = self.data
            self.data = data.copy()
            self.data[self.add_prefix("mark")] = "1"  # type: ignore[index]

    def has_changed(self) -> bool:
        """A section is there as soon as it was added."""
        return True

    @property
    def is_blank(self) -> bool:
        """Never left out in silence."""
        return False

    @property
    def draws(self) -> bool:
        """Whether it draws at random."""
        return self.kind == DRAWN

    @property
    def kind_label(self) -> str:
        """What sort of section it is."""
        return _("drawn at random") if self.draws else _("chosen one by one")

    def own(self) -> list[BoundField]:
        """What says which questions are asked."""
        return [self[name] for name in self.own_fields[self.kind] if name != "search"]

    def common(self) -> list[BoundField]:
        """What every section says."""
        return [self[name] for name in ("mark", "form", "by_hand")]

    def typed_codes(self) -> list[str]:
        """The codes as they stand in the field, read or not."""
        return [] if self.draws else str(self["codes"].value() or "").split()

    def filters(self) -> Section:
        """What is let through, as far as it can be read; not saved."""
        chosen = {name: self._readable(name) for name in ("category", "tag", "objective") if self.draws}
        return Section(**chosen)

    def _readable(self, name: str) -> Any:
        try:
            return self.fields[name].clean(getattr(self[name].value(), "pk", self[name].value()))
        except forms.ValidationError:
            return None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        wanted = self.cleaned_data.get("draw")
        if self.draws and wanted and not self.errors:
            available = Question.objects.drawable().let_through(self.filters()).count()
            if available < wanted:
                self.add_error("draw", too_few(available))
        return cleaned

    def plan(self) -> SectionPlan:
        """The section as the services take it."""
        said = self.cleaned_data
        common = {"form": said["form"], "mark": said["mark"], "by_hand": said["by_hand"], **self.titles()}
        if not self.draws:
            return SectionPlan(questions=said["codes"], **common)
        chosen = {name: said[name] for name in ("draw", "category", "tag", "objective")}
        return SectionPlan(**chosen, **common)


def too_few(available: int) -> str:
    """Why a section cannot draw what it wants."""
    return ngettext(
        "Only %(available)s question may be shown today. Draw fewer, or widen the choice.",
        "Only %(available)s questions may be shown today. Draw fewer, or widen the choice.",
        available,
    ) % {"available": available}


Sections = rows_of(
    SectionRow,
    title=gettext_lazy("Sections"),
    row_title=gettext_lazy("Section %s"),
    kinds=(
        (NAMED, gettext_lazy("Add a section of chosen questions")),
        (DRAWN, gettext_lazy("Add a section drawn at random")),
    ),
)


# --- What is shown when ---------------------------------------------------------------------------------------------
class Cell(NamedTuple):
    """A box of the table of what is shown when."""

    name: str
    value: str
    ticked: bool
    label: str


class ShownForm(forms.Form):
    """Eight fields at four moments. `purpose` is the one whose usual boxes were ticked first."""

    purpose = forms.ChoiceField(choices=Test.Purpose.choices, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for moment, (label, _hint) in MOMENTS.items():
            self.fields[moment.value] = forms.MultipleChoiceField(
                label=label,
                required=False,
                choices=[(shown.value, words) for shown, words in SHOWN.items()],
                error_messages={"invalid_choice": gettext_lazy("Load the page again and tick the boxes once more.")},
            )

    def rows(self) -> Iterator[tuple[str, list[Cell]]]:
        """The table, line by line."""
        ticked = {moment: set(self[moment.value].value() or []) for moment in Moment}
        for shown, label in SHOWN.items():
            yield (
                str(label),
                [
                    Cell(self[moment.value].html_name, shown.value, shown.value in ticked[moment], f"{label}: {when}")
                    for moment, (when, _hint) in MOMENTS.items()
                ],
            )

    def columns(self) -> list[tuple[Any, Any]]:
        """The moments, each with what it means."""
        return list(MOMENTS.values())

    def disclosed(self, purpose: str) -> dict[str, list[str]]:
        """What a test of this purpose keeps: nothing where the usual is ticked, so that it follows the purpose."""
        ticked = disclosure.checked({moment.value: self.cleaned_data[moment.value] for moment in Moment})
        before = self.cleaned_data["purpose"]
        untouched = before != purpose and ticked == disclosure.usual(before)
        return {} if untouched or ticked == disclosure.usual(purpose) else ticked


# --- The whole ------------------------------------------------------------------------------------------------------
class TestEditor:
    """All forms of one test. `quiet` shows what was typed without saying yet what is missing."""

    __test__ = False

    def __init__(self, *, test: Test | None = None, data: Any = None, quiet: bool = False) -> None:
        self.test = test
        self.plans_before = plans_of(test) if test else []
        self.rules = RulesForm(data, prefix="rules", test=test, initial=_rules_shown(test or Test()))
        self.shown = ShownForm(data, prefix="shown", initial=_boxes_shown(test or Test()))
        shown = [_section_shown(plan) for plan in self.plans_before] if data is None else []
        self.sections = Sections(data, prefix="sections", initial=shown)
        self.base = self._base() if data is None else str(data.get("base", ""))
        self.problems: list[str] = []
        if quiet:
            for form in (self.rules, *self.sections.forms):
                form.hush()

    def _base(self) -> str:
        """What the editor started from, so that nobody writes over what somebody else saved meanwhile."""
        if self.test is None:
            return ""
        stands = [_rules_shown(self.test), self.test.disclosed, [_section_shown(each) for each in self.plans_before]]
        return sha256(repr(stands).encode()).hexdigest()[:16]

    def is_valid(self) -> bool:
        """Look at everything; every wrong field has its sentence then."""
        readable = [each.is_valid() for each in (self.rules, self.shown, self.sections)]
        if not readable[1]:
            self.problems.append(_("Load the page again and tick the boxes once more."))
        if readable[2]:
            self._refuse_twice()
        if self.base != self._base():
            self.problems.append(
                _("Somebody else saved this test meanwhile. Open it anew beside this page and copy your changes.")
            )
        return all(readable) and not self.problems and not any(row.errors for row in self.sections.forms)

    def _refuse_twice(self) -> None:
        """Say at the later section when a question stands in two of the same form."""
        seen: set[tuple[str, str]] = set()
        for row in self.sections.forms:
            named = [(row.cleaned_data["form"], each.code) for each in row.cleaned_data.get("codes", [])]
            again = [code for form, code in named if (form, code) in seen]
            if again:
                sentence = _("The question %(code)s stands in an earlier section already.")
                row.add_error("codes", sentence % {"code": again[0]})
            seen.update(named)

    @transaction.atomic
    def save(self) -> Test:
        """Write through the services. Sections that stayed as they were are left alone."""
        values = self.rules.values()
        values["disclosed"] = self.shown.disclosed(values["purpose"])
        plans = [row.plan() for row in self.sections.forms]
        if self.test is None:
            return create_test(sections=plans, **values)
        changed = None if _told(plans) == _told(self.plans_before) else plans
        return change_test(test=self.test, sections=changed, **values)

    def attempt_to_save(self) -> Test | None:
        """Save; None, with the sentence among the problems, when a service refuses."""
        try:
            return self.save()
        except QuestionError as error:
            self.problems.append(str(error))
            return None


def plans_of(test: Test) -> list[SectionPlan]:
    """The sections of a test as an editor wanted them."""
    sections = test.sections.select_related("category", "tag", "objective").prefetch_related("items__question")
    return [
        SectionPlan(
            form=each.form,
            title_en=each.title_en,
            title_ru=each.title_ru,
            title_be=each.title_be,
            questions=[item.question for item in each.items.all()],
            draw=each.draw,
            category=each.category,
            tag=each.tag,
            objective=each.objective,
            mark=each.mark,
            by_hand=each.by_hand,
        )
        for each in sections
    ]


def with_picked(data: Any) -> Any:
    """Return posted data in which the questions that were ticked in a list stand among the codes of their section."""
    changed = data.copy()
    for name in [each for each in data if each.startswith("sections-") and each.endswith("-picked")]:
        field = f"{name.removesuffix('-picked')}-codes"
        codes = str(data.get(field, "")).split()
        codes += [code for code in data.getlist(name) if code not in codes]
        changed[field] = "\n".join(codes)
        del changed[name]
    return changed


def with_usual(data: Any) -> Any:
    """Return posted data with the boxes ticked that are usual for the purpose chosen."""
    changed = data.copy()
    purpose = data.get("rules-purpose", "")
    if purpose in Test.Purpose.values:
        changed["shown-purpose"] = purpose
        for moment, shown in disclosure.usual(purpose).items():
            changed.setlist(f"shown-{moment}", shown)
    return changed


def _rules_shown(test: Test) -> dict[str, Any]:
    names = [name for name in RulesForm.base_fields if name != "code"]
    fallback = {"purpose": test.purpose or Test.Purpose.FINAL.value}
    titles = {f"title_{language}": getattr(test, f"title_{language}") for language in LANGUAGES}
    return {**{name: _minute(getattr(test, name)) for name in names}, **fallback, **titles}


def _minute(value: Any) -> Any:
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value


def _boxes_shown(test: Test) -> dict[str, Any]:
    purpose = test.purpose or Test.Purpose.FINAL.value
    return {**(test.disclosed or disclosure.usual(purpose)), "purpose": purpose}


def _section_shown(plan: SectionPlan) -> dict[str, Any]:
    kept = {name: getattr(plan, name) for name in ("form", "title_en", "title_ru", "title_be", "mark", "by_hand")}
    if plan.draw is None:
        return {**kept, "type": NAMED, "codes": "\n".join(each.code for each in plan.questions)}
    filters = {name: getattr(getattr(plan, name), "pk", None) for name in ("category", "tag", "objective")}
    return {**kept, "type": DRAWN, "draw": plan.draw, **filters}


def _told(plans: list[SectionPlan]) -> list[dict[str, Any]]:
    return [_section_shown(plan) for plan in plans]
