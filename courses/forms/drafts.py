"""A new module, as an editor plans it: structure first, a step after the other, nothing made before the last one.

What was typed goes along from page to page; the server keeps nothing of it.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models.pages import validate_code
from courses.services import (
    CourseError,
    LessonPlan,
    ModulePlan,
    ObjectivePlan,
    create_planned_module,
    duplicate_module,
    refuse_taken_codes,
    refuse_wrong_objective,
)
from library.models import Aspect
from people.models import Account, Language

STEPS: dict[str, str | Promise] = {
    "module": gettext_lazy("Module"),
    "objectives": gettext_lazy("Objectives"),
    "lessons": gettext_lazy("Lessons"),
    "questions": gettext_lazy("Questions"),
    "confirm": gettext_lazy("Look at it and make the drafts"),
}
MOST_ROWS, ROWS, MORE_ROWS = 30, 4, 3
USUAL_MINUTES, USUAL_QUESTIONS = 20, 2
LONGEST_CODE, LONGEST_TITLE, LONGEST_OBJECTIVE = 20, 255, 400


def _code_field(label: Any, *, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_CODE, validators=[validate_code], required=required, **more)


def _said(cleaned: dict[str, Any], name: str) -> dict[str, str]:
    """The texts of a row by language, those that are there."""
    return {code: text for code in Language.values if (text := cleaned.get(f"{name}_{code}", ""))}


class _Texts(forms.Form):
    """A form with a text for each language in which a module may be written."""

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages

    def add_texts(self, name: str, labels: dict[str, Any], longest: int) -> None:
        """Add a field for each language."""
        for code in self.languages:
            self.fields[f"{name}_{code}"] = forms.CharField(label=labels[code], max_length=longest, required=False)


_TITLES = {
    "en": gettext_lazy("Title in English"),
    "ru": gettext_lazy("Title in Russian"),
    "be": gettext_lazy("Title in Belarusian"),
}
_TEXTS = {
    "en": gettext_lazy("Text in English"),
    "ru": gettext_lazy("Text in Russian"),
    "be": gettext_lazy("Text in Belarusian"),
}


class ModuleStep(_Texts):
    """Code and titles."""

    code = _code_field(
        gettext_lazy("Code"), required=True, help_text=gettext_lazy("Short, for instance M6. It stands in addresses.")
    )
    aspects = forms.MultipleChoiceField(
        label=gettext_lazy("Aspects"), choices=Aspect.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_texts("title", _TITLES, LONGEST_TITLE)
        self.order_fields(["code", *(f"title_{code}" for code in self.languages), "aspects"])

    @property
    def titles(self) -> dict[str, str]:
        return _said(self.cleaned_data, "title") if self.is_valid() else {}

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            refuse_taken_codes(module=code)
        except CourseError as error:
            raise forms.ValidationError(str(error)) from error
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not _said(cleaned, "title") and not self.errors:
            raise forms.ValidationError(_("Write the title in one language at least. A draft is made for each."))
        return cleaned


class ObjectiveRow(_Texts):
    """An objective: with texts a new one, with a code alone one of the bank."""

    code = _code_field(gettext_lazy("Code"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_texts("text", _TEXTS, LONGEST_OBJECTIVE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("text_ru") or cleaned.get("text_be")) and not cleaned.get("text_en"):
            self.add_error("text_en", _("Write the English text too: other languages fall back on it."))
        if cleaned.get("code") and not self.errors:
            try:
                refuse_wrong_objective(code=cleaned["code"], is_new=bool(_said(cleaned, "text")))
            except CourseError as error:
                self.add_error("code", str(error))
        return cleaned


class LessonRow(_Texts):
    """A lesson: titles, minutes, and the objectives that it serves."""

    code = _code_field(gettext_lazy("Code"))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=600, initial=USUAL_MINUTES)
    serves = forms.MultipleChoiceField(
        label=gettext_lazy("Objectives that it serves"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("“%(value)s” is no objective of this module any more.")},
    )

    def __init__(self, *args: Any, objectives: Sequence[str], written: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.written = written
        choices: Any = self.fields["serves"]
        choices.choices = [(code, code) for code in objectives]
        self.add_texts("title", _TITLES, LONGEST_TITLE)
        self.order_fields(["code", *(f"title_{code}" for code in self.languages), "minutes", "serves"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        titles = _said(cleaned, "title")
        if self.has_changed() and not titles and not self.errors:
            raise forms.ValidationError(_("Give the lesson a title, or empty its whole row."))
        for code in titles:
            if code not in self.written:
                sentence = _("The module has no title in this language. Write one in the first step.")
                self.add_error(f"title_{code}", sentence)
        return cleaned


class _Rows(forms.BaseFormSet):
    """Rows of which those that are empty count for nothing. Each row has its code, typed or counted."""

    nothing: str | Promise

    def filled(self) -> list[dict[str, Any]]:
        """What stands in the rows that are not empty."""
        return [form.cleaned_data for form in self.forms if form.has_changed() and form.is_valid()]

    def clean(self) -> None:
        codes = [row["code"] for row in self.filled() if row.get("code")]
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice:
            raise forms.ValidationError(_("The code %(code)s stands twice. Each one stands once.") % {"code": twice})
        if not any(form.has_changed() for form in self.forms):
            raise forms.ValidationError(str(self.nothing))


class ObjectiveRows(_Rows):
    """The objectives of the module."""

    nothing = gettext_lazy("Write one objective at least: what can somebody do after the module?")


class LessonRows(_Rows):
    """The lessons of the module."""

    nothing = gettext_lazy("Write one lesson at least.")

    def clean(self) -> None:
        super().clean()
        try:
            refuse_taken_codes(lessons=[row["code"] for row in self.filled() if row.get("code")])
        except CourseError as error:
            raise forms.ValidationError(str(error)) from error


class QuestionStep(forms.Form):
    """How many questions each objective wants."""

    def __init__(self, *args: Any, objectives: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in objectives:
            self.fields[code] = forms.IntegerField(label=code, min_value=0, max_value=200)


class ModuleWizard:
    """All steps together, on what was sent. `at` is the step that was shown."""

    def __init__(self, data: QueryDict | None, *, languages: Sequence[str], key: UUID) -> None:
        self.languages = languages
        self.key = key
        self.is_sent = data is not None
        self.data = data.copy() if data is not None else QueryDict(mutable=True)
        for prefix in ("objectives", "lessons"):
            self.data.setdefault(f"{prefix}-TOTAL_FORMS", "0")
            self.data.setdefault(f"{prefix}-INITIAL_FORMS", "0")

    # --- Rows and defaults -------------------------------------------------------------------------------------------
    def prepare(self, step: str, *, more: bool = False) -> None:
        """Have enough rows on a step, and what is usual in fields that nobody has seen yet."""
        if step in {"objectives", "lessons"}:
            total = self._total(step)
            wanted = min(MOST_ROWS, max(ROWS, total + MORE_ROWS * more))
            self.data[f"{step}-TOTAL_FORMS"] = str(max(total, wanted))
            for number in range(self._total(step)):
                if step == "lessons":
                    self.data.setdefault(f"lessons-{number}-minutes", str(USUAL_MINUTES))
        if step == "questions":
            for code in self.objective_codes:
                self.data.setdefault(f"questions-{code}", str(USUAL_QUESTIONS))
        for name in ("module", "objectives", "lessons", "questions"):
            self.__dict__.pop(name, None)

    def _total(self, prefix: str) -> int:
        said = self.data.get(f"{prefix}-TOTAL_FORMS", "0")
        return min(int(said), MOST_ROWS) if said.isdigit() else 0

    # --- Steps -------------------------------------------------------------------------------------------------------
    @cached_property
    def module(self) -> ModuleStep:
        """The first step."""
        return ModuleStep(self.data if self.is_sent else None, prefix="module", languages=self.languages)

    @cached_property
    def objectives(self) -> Any:
        """The second step."""
        rows = forms.formset_factory(ObjectiveRow, formset=ObjectiveRows, absolute_max=MOST_ROWS, max_num=MOST_ROWS)
        return rows(self.data, prefix="objectives", form_kwargs={"languages": self.languages})

    @cached_property
    def lessons(self) -> Any:
        """The third step."""
        rows = forms.formset_factory(LessonRow, formset=LessonRows, absolute_max=MOST_ROWS, max_num=MOST_ROWS)
        kwargs = {
            "languages": self.languages,
            "objectives": self.objective_codes,
            "written": list(self.module.titles),
        }
        return rows(self.data, prefix="lessons", form_kwargs=kwargs)

    @cached_property
    def questions(self) -> QuestionStep:
        """The fourth step."""
        return QuestionStep(self.data, prefix="questions", objectives=self.objective_codes)

    def form(self, step: str) -> Any:
        """The form of a step; None for the last one."""
        return getattr(self, step) if step != "confirm" else None

    def first_wrong(self, before: str) -> str | None:
        """The first step before another one that cannot stay as it is."""
        names = list(STEPS)
        return next((name for name in names[: names.index(before)] if not self.form(name).is_valid()), None)

    def carried(self, step: str) -> list[tuple[str, str]]:
        """What was typed on the other steps, to go along with this one."""
        return [
            (name, value)
            for name, values in self.data.lists()
            for value in values
            if name.split("-")[0] in STEPS and name.split("-")[0] != step
        ]

    # --- What was planned --------------------------------------------------------------------------------------------
    @property
    def objective_codes(self) -> list[str]:
        """Codes of the objectives: as typed, or counted after the code of the module."""
        return [code for code, _row in self._coded(self.objectives, "-O")]

    def _coded(self, rows: Any, sign: str) -> list[tuple[str, dict[str, Any]]]:
        module = str(self.data.get("module-code", "")).strip()
        filled = rows.filled()
        return [(row["code"] or f"{module}{sign}{number}", row) for number, row in enumerate(filled, start=1)]

    def plan(self) -> ModulePlan:
        """What all steps say together. Ask only when none is wrong."""
        self.first_wrong("confirm")  # reads all of them
        said = self.module.cleaned_data
        return ModulePlan(
            key=self.key,
            code=said["code"],
            titles=self.module.titles,
            aspects=said["aspects"],
            objectives=[
                ObjectivePlan(code, _said(row, "text"), self.questions.cleaned_data[code])
                for code, row in self._coded(self.objectives, "-O")
            ],
            lessons=[
                LessonPlan(code, _said(row, "title"), row["minutes"], row["serves"])
                for code, row in self._coded(self.lessons, ".")
            ],
        )

    def save(self, actor: Account) -> Any:
        """Go through the service, as every write does."""
        return create_planned_module(plan=self.plan(), actor=actor)


class DuplicateForm(forms.Form):
    """Under which code a module is copied."""

    code = _code_field(gettext_lazy("Code of the copy"), required=True)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def save(self, *, pages: Any, actor: Account) -> Any:
        """Go through the service, as every write does."""
        return duplicate_module(pages=pages, code=self.cleaned_data["code"], key=self.cleaned_data["key"], actor=actor)
