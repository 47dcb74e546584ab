"""A lesson that was written in Word: the file, and what it is to be called."""

from collections.abc import Sequence
from math import ceil
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.docx import MAX_BYTES
from core.readability import WORDS_A_MINUTE
from courses.formats.word import WordLesson
from courses.models import LessonFile, LessonPage
from courses.models.pages import validate_code
from courses.services import keep_lesson_file, make_lesson_from_file
from people.models import Account, Language

BY_ITSELF = ""
# Whoever learns reads a text about twice; minutes are said in fives.
READINGS, STEP = 2, 5


class LessonFileForm(forms.Form):
    """A Word file, and the module whose lesson it is to become."""

    file = forms.FileField(
        label=gettext_lazy("Word file (.docx)"),
        max_length=200,
        help_text=gettext_lazy("20 MB at most. Nothing is made yet: first you see what becomes of it."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
            "max_length": gettext_lazy("The name of the file is too long. Shorten it to 200 characters."),
        },
    )
    module = forms.ChoiceField(label=gettext_lazy("Module"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the lesson"), required=False)

    def __init__(self, *args: Any, modules: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """`modules` are those to choose from: key and name."""
        super().__init__(*args, **kwargs)
        module, language = self.fields["module"], self.fields["language"]
        assert isinstance(module, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(language, forms.ChoiceField)  # noqa: S101 - declared above
        module.choices = list(modules)
        language.choices = [(BY_ITSELF, _("Recognise it by itself")), *Language.choices]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Split it into smaller ones."))
        return file

    def save(self, *, actor: Account) -> LessonFile:
        """Keep the file, by the service."""
        said = self.cleaned_data
        return keep_lesson_file(
            content=said["file"].read(),
            filename=str(said["file"].name),
            module_key=UUID(said["module"]),
            language=said["language"],
            actor=actor,
        )


class LessonFromFileForm(forms.Form):
    """What a lesson from a file is called, and how long it takes."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=255)
    code = forms.CharField(label=gettext_lazy("Code"), max_length=20, validators=[validate_code])
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=600)

    def save(self, *, kept: LessonFile, actor: Account) -> LessonPage:
        """Make the draft, by the service."""
        return make_lesson_from_file(kept=kept, actor=actor, **self.cleaned_data)


def usual_minutes(lesson: WordLesson) -> int:
    """Return how many minutes a lesson may take, from its words."""
    read = READINGS * lesson.words / WORDS_A_MINUTE[lesson.language]
    return max(1, ceil(read / STEP)) * STEP
