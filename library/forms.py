"""What narrows the list of resources; files that editors put into the CMS."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import TextChoices
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from core.bare_pictures import bare
from core.contents import fits_name
from library.models import Aspect, Resource
from people.models import Agency, Language


def _any_of(choices: type[TextChoices]) -> Callable[[], list[tuple[str, Any]]]:
    """What a list offers, asked for whenever a form is made: the language may be another one then."""
    return lambda: [("", _("All")), *((code, capfirst(label)) for code, label in choices.choices)]


class ResourceFilterForm(forms.Form):
    """A form without consequences, sent with GET: an answer that is not on the list narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Words"), max_length=100, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Type"), choices=_any_of(Resource.Kind), required=False)
    aspect = forms.ChoiceField(label=gettext_lazy("Aspect"), choices=_any_of(Aspect), required=False)
    agency = forms.ChoiceField(label=gettext_lazy("Kind of agency"), choices=_any_of(Agency.Kind), required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the document"), choices=_any_of(Language), required=False
    )

    @property
    def chosen(self) -> dict[str, str]:
        """What was answered, without the fields that were left open or do not fit."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """The answers as the beginning of a query string, for the links to other pages of the list."""
        return f"{urlencode(self.chosen)}&" if self.chosen else ""


class ReviewForm(forms.Form):
    """What an expert answers: approved, or what has to be changed. `revision` is what was read."""

    APPROVE, REFUSE = "approve", "refuse"

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            (APPROVE, gettext_lazy("It is right: approve it, and it goes live")),
            (REFUSE, gettext_lazy("Something has to be changed")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the two answers.")},
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Stays in the history of the text, with your name and the day."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == self.REFUSE and not data.get("comment"):
            self.add_error("comment", _("Say what has to be changed, and why."))
        return data


class LookedAtForm(forms.Form):
    """Somebody has looked at a text: until when it is right, and what was compared."""

    until = forms.DateField(label=gettext_lazy("Right until"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=gettext_lazy("What you compared it with"), required=False, max_length=500)


class DocumentForm(BaseDocumentForm):
    """A file of the CMS: what is in it is what its name says (WAGTAILDOCS_DOCUMENT_FORM_BASE)."""

    def clean_file(self) -> Any:
        """Look into a file that was just chosen."""
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            content = file.read()
            file.seek(0)
            if not fits_name(content, file.name):
                raise forms.ValidationError(
                    _("The content of this file is not what its name says. Save it again in the right format.")
                )
        return file


class ImageForm(BaseImageForm):
    """A picture of the CMS, made anew without the place where it was taken (WAGTAILIMAGES_IMAGE_FORM_BASE)."""

    def clean_file(self) -> Any:
        """Keep of a picture that was just chosen only what is seen."""
        file = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return file
        file.seek(0)
        try:
            content = bare(file.read())
        except ValueError as error:
            raise forms.ValidationError(
                _("The content of this file is not what its name says. Save it again in the right format.")
            ) from error
        return SimpleUploadedFile(file.name, content, file.content_type)


class TranslationFilterForm(forms.Form):
    """What narrows the list of translations: an answer that is not on the list narrows nothing."""

    TODO = "todo"

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], states: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *((name, capfirst(label)) for name, label in kinds)]  # type: ignore[attr-defined]
        todo = (self.TODO, _("Whatever needs somebody"))
        named = [(name, capfirst(label)) for name, label in states]
        self.fields["state"].choices = [todo, *named, ("all", _("All"))]  # type: ignore[attr-defined]

    def chosen(self, name: str, otherwise: str = "") -> str:
        """What was answered, or else the other."""
        self.is_valid()
        return self.cleaned_data.get(name) or otherwise


class PoForm(forms.Form):
    """A file of a translator, to be taken as a whole."""

    file = forms.FileField(
        label=gettext_lazy("PO file"), widget=forms.FileInput(attrs={"accept": ".po,text/x-gettext-translation"})
    )
    machine = forms.BooleanField(
        label=gettext_lazy("A machine made these translations: a native editor has to read them"), required=False
    )
