"""Files with questions: one that is brought in, and what is taken out to one."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.formats.exchange import FORMATS, MAX_BYTES, NATIVE
from assessments.formats.recognising import recognised
from assessments.forms.question import CategoryField
from assessments.models import Category, QuestionImport, Test
from assessments.services import category_named, keep_file
from people.models import Account, Language

BY_ITSELF = ""


class ImportForm(forms.Form):
    """A file with questions, and where they are to lie."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        help_text=gettext_lazy("20 MB at most. Nothing is saved yet: first you see what was understood."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
            "max_length": gettext_lazy("The name of the file is too long. Shorten it to 200 characters."),
        },
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), required=False)
    category = CategoryField(
        label=gettext_lazy("Category"),
        queryset=Category.objects.all(),
        required=False,
        help_text=gettext_lazy("Questions that lie here already are recognised by their code or name."),
    )
    new_category = forms.CharField(
        label=gettext_lazy("Name of a new category"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("It is made below the one that is chosen, or at the top if none is."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the texts"),
        choices=Language.choices,
        help_text=gettext_lazy("Where the file says itself in which language a text is, that counts."),
    )
    into_categories = forms.BooleanField(
        label=gettext_lazy("Make the categories of the file as well, below this one"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(name, each.label) for name, each in FORMATS.items()]
        self._choice("format").choices = [(BY_ITSELF, _("Recognise it by itself")), *named]
        self.content = b""

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        return field

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Split it into smaller ones."))
        self.content = file.read()
        if not self.content.strip():
            raise forms.ValidationError(_("The file is empty."))
        return file

    def clean_new_category(self) -> str:
        return " ".join(str(self.cleaned_data["new_category"]).split())

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        said = self.cleaned_data
        if "category" in said and not said["category"] and not said.get("new_category"):
            self.add_error("category", _("Choose a category, or name a new one."))
        if "file" in said and said.get("format") == BY_ITSELF:
            self._recognise(said["file"].name)
        return cleaned

    def _recognise(self, filename: str) -> None:
        found = recognised(filename, self.content)
        if found is None:
            self.add_error(
                "file", _("This looks like none of the formats that can be read. If you know its format, choose it.")
            )
        else:
            self.cleaned_data["format"] = found

    def lost_its_file(self) -> bool:
        """Whether the file was in order, but has to be chosen again because of something else."""
        return bool(self.content) and not self.errors.get("file") and bool(self.errors)

    def save(self, *, actor: Account) -> QuestionImport:
        """Keep the file."""
        said = self.cleaned_data
        return keep_file(
            content=self.content,
            filename=str(said["file"].name),
            format=said["format"],
            category=self._drawer(),
            language=said["language"],
            into_categories=said["into_categories"],
            actor=actor,
        )

    def _drawer(self) -> Category:
        """The category that was chosen, or the new one below it; one of that name that is there is taken."""
        parent, name = self.cleaned_data["category"], self.cleaned_data["new_category"]
        return category_named(name=name, parent=parent) if name else parent


class ExportForm(forms.Form):
    """What is taken out, in which language and format."""

    category = CategoryField(label=gettext_lazy("Category"), queryset=Category.objects.all(), required=False)
    test = forms.ModelChoiceField(
        label=gettext_lazy("or a test"),
        queryset=Test.objects.order_by("code"),
        required=False,
        help_text=gettext_lazy("The questions that it names, and those that it may draw."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=Language.choices,
        help_text=gettext_lazy(
            "Tables and JSON hold all languages. In other formats a question that is not written in this one goes in "
            "another."
        ),
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["format"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(name, each.label) for name, each in FORMATS.items() if each.write or name == NATIVE]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        chosen = [self.cleaned_data.get(name) for name in ("category", "test")]
        if not self.errors and sum(each is not None for each in chosen) != 1:
            raise forms.ValidationError(_("Choose either a category or a test."))
        return cleaned
