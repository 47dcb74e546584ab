"""The parameters of a design as an editor fills them in: every field is there from the start, so that no page needs
JavaScript to grow."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates import services
from certificates.designs import (
    BELARUSIAN_ENGLISH,
    LANGUAGES,
    LEAST_LOGO_MM,
    MOST_LETTERS,
    MOST_LOGO_MM,
    MOST_LOGOS,
    MOST_SIGNATORIES,
    OWN,
    RUSSIAN_ENGLISH,
    Logo,
    Parameters,
    Signatory,
)
from certificates.models import Design, DesignPicture
from courses.models import Module
from people.models import Account
from programmes.models import Programme
from workshops.models import Workshop

IN_LANGUAGES = {
    "en": gettext_lazy("in English"),
    "ru": gettext_lazy("in Russian"),
    "be": gettext_lazy("in Belarusian"),
}
SAMPLES = [("short", gettext_lazy("a short name")), ("long", gettext_lazy("a name of 60 letters"))]


@dataclass(frozen=True)
class Place:
    """The fields of one logo or signatory."""

    number: int
    # Whether a picture is there already.
    picture: str
    fields: list[forms.BoundField]

    @property
    def is_open(self) -> bool:
        """Whether the page shows the fields unfolded: the first place, and those with something in them."""
        return self.number == 1 or any(field.value() or field.errors for field in self.fields)


class DesignForm(forms.Form):
    """A design: what it is for, and its parameters."""

    name = forms.CharField(label=gettext_lazy("Name of the design"), max_length=100)
    is_default = forms.BooleanField(label=gettext_lazy("For everything that has no design of its own"), required=False)
    modules = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Modules"), queryset=Module.objects.none(), required=False
    )
    workshops = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Workshops"), queryset=Workshop.objects.none(), required=False
    )
    programmes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Programmes"), queryset=Programme.objects.none(), required=False
    )
    orientation = forms.ChoiceField(
        label=gettext_lazy("Orientation"),
        choices=[("landscape", gettext_lazy("landscape")), ("portrait", gettext_lazy("portrait"))],
        widget=forms.RadioSelect,
    )
    languages = forms.ChoiceField(
        label=gettext_lazy("Languages"),
        choices=[
            (OWN, gettext_lazy("the language of the holder")),
            (RUSSIAN_ENGLISH, gettext_lazy("Russian and English")),
            (BELARUSIAN_ENGLISH, gettext_lazy("Belarusian and English")),
        ],
        widget=forms.RadioSelect,
    )
    accent = forms.CharField(
        label=gettext_lazy("Colour of the accent"),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=gettext_lazy("For the name of the issuer; frame and rules take a lighter one of the same hue."),
    )
    pattern = forms.TypedChoiceField(
        label=gettext_lazy("Pattern around the seal"),
        coerce=int,
        choices=[(25, gettext_lazy("light")), (50, gettext_lazy("medium")), (75, gettext_lazy("strong"))],
        widget=forms.RadioSelect,
    )
    result = forms.BooleanField(label=gettext_lazy("Print the result or the attendance"), required=False)
    preview_language = forms.ChoiceField(
        label=gettext_lazy("Language of the preview"),
        choices=[("en", gettext_lazy("English")), ("ru", gettext_lazy("Russian")), ("be", gettext_lazy("Belarusian"))],
        required=False,
    )
    preview_name = forms.ChoiceField(label=gettext_lazy("Name in the preview"), choices=SAMPLES, required=False)

    def __init__(self, *args: Any, design: Design | None = None, actor: Account, **kwargs: Any) -> None:
        self.design, self.actor = design, actor
        # Pictures that came with this form, by their hash.
        self.uploaded: dict[str, bytes] = {}
        self._wrong: dict[str, str] = {}
        super().__init__(*args, **{"initial": self._shown(design), **kwargs})
        for name, model in (("modules", Module), ("workshops", Workshop), ("programmes", Programme)):
            field: Any = self.fields[name]
            field.queryset = model.objects.order_by("code")
            field.widget.attrs["size"] = 5
        self._add_extra()
        for number in range(1, MOST_LOGOS + 1):
            self._add_logo(number)
        for number in range(1, MOST_SIGNATORIES + 1):
            self._add_signatory(number)
        if self.is_bound:
            self._take_pictures()

    # --- fields --------------------------------------------------------------------------------------------------

    def _shown(self, design: Design | None) -> dict[str, Any]:
        latest = design.versions.first() if design else None
        parameters = Parameters.from_json(latest.parameters) if latest else Parameters()
        shown: dict[str, Any] = {name: getattr(parameters, name) for name in ("orientation", "languages", "accent")}
        shown |= {"pattern": parameters.pattern, "result": parameters.result}
        shown |= {f"extra_{language}": line for language, line in parameters.extra.items()}
        for number, logo in enumerate(parameters.logos, start=1):
            shown |= {f"logo{number}_sha256": logo.sha256, f"logo{number}_width": logo.width}
            shown |= {f"logo{number}_alternative_{language}": text for language, text in logo.alternative.items()}
        for number, signatory in enumerate(parameters.signatories, start=1):
            shown |= {f"signatory{number}_sha256": signatory.sha256, f"signatory{number}_name": signatory.name}
            shown |= {f"signatory{number}_post_{language}": text for language, text in signatory.post.items()}
        if design is not None:
            shown |= {"name": design.name, "is_default": design.is_default}
            shown |= {name: list(getattr(design, name).all()) for name in ("modules", "workshops", "programmes")}
        return shown

    def _add_extra(self) -> None:
        for language in LANGUAGES:
            label = _("Extra line %(in_language)s") % {"in_language": IN_LANGUAGES[language]}
            self.fields[f"extra_{language}"] = forms.CharField(label=label, required=False, max_length=MOST_LETTERS)

    def _add_picture(self, stem: str, label: str) -> None:
        self.fields[f"{stem}_file"] = forms.FileField(
            label=label,
            required=False,
            widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
            help_text=_("PNG or JPEG, at most 4 MB and 4000 pixels a side."),
        )
        self.fields[f"{stem}_sha256"] = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
        self.fields[f"{stem}_remove"] = forms.BooleanField(label=_("Take the picture away"), required=False)

    def _add_logo(self, number: int) -> None:
        stem = f"logo{number}"
        self._add_picture(stem, _("Picture"))
        self.fields[f"{stem}_width"] = forms.IntegerField(
            label=_("Width in mm"), required=False, min_value=LEAST_LOGO_MM, max_value=MOST_LOGO_MM
        )
        for language in LANGUAGES:
            label = _("Whose logo it is, %(in_language)s") % {"in_language": IN_LANGUAGES[language]}
            self.fields[f"{stem}_alternative_{language}"] = forms.CharField(
                label=label, required=False, max_length=MOST_LETTERS
            )

    def _add_signatory(self, number: int) -> None:
        stem = f"signatory{number}"
        self.fields[f"{stem}_name"] = forms.CharField(label=_("Name"), required=False, max_length=100)
        for language in LANGUAGES:
            label = _("Post %(in_language)s") % {"in_language": IN_LANGUAGES[language]}
            self.fields[f"{stem}_post_{language}"] = forms.CharField(
                label=label, required=False, max_length=MOST_LETTERS
            )
        self._add_picture(stem, _("Written signature; without one there is a line"))

    @property
    def extras(self) -> list[forms.BoundField]:
        """The extra line in each language."""
        return [self[f"extra_{language}"] for language in LANGUAGES]

    @property
    def logos(self) -> list[Place]:
        """The fields of each logo."""
        names = ["file", "width", *(f"alternative_{language}" for language in LANGUAGES)]
        return [self._place("logo", number, names) for number in range(1, MOST_LOGOS + 1)]

    @property
    def signatories(self) -> list[Place]:
        """The fields of each signatory."""
        names = ["name", *(f"post_{language}" for language in LANGUAGES), "file"]
        return [self._place("signatory", number, names) for number in range(1, MOST_SIGNATORIES + 1)]

    def _place(self, kind: str, number: int, names: list[str]) -> Place:
        stem = f"{kind}{number}"
        sha256 = str(self[f"{stem}_sha256"].value() or "")
        removable = [f"{stem}_remove"] if sha256 else []
        fields = [self[name] for name in (*(f"{stem}_{name}" for name in names), f"{stem}_sha256", *removable)]
        return Place(number, sha256, fields)

    # --- what came -----------------------------------------------------------------------------------------------

    @property
    def _stems(self) -> list[str]:
        logos = [f"logo{number}" for number in range(1, MOST_LOGOS + 1)]
        return [*logos, *(f"signatory{number}" for number in range(1, MOST_SIGNATORIES + 1))]

    def _take_pictures(self) -> None:
        """Check every picture that came and note its hash in the hidden field, which a page sent again still has."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        self.data = data
        for stem in self._stems:
            file = self.files.get(f"{stem}_file")
            if self.data.get(f"{stem}_remove"):
                data[f"{stem}_sha256"] = ""
            elif isinstance(file, UploadedFile) and file.size:
                data[f"{stem}_sha256"] = self._taken(stem, file) or data.get(f"{stem}_sha256", "")

    def _taken(self, stem: str, file: UploadedFile) -> str:
        """Return the hash of a picture that can be printed; note what is wrong with any other."""
        try:
            # One byte more than is allowed tells that it is too large.
            picture = services.printable(file.read(services.MOST_BYTES + 1))
        except services.DesignError as error:
            self._wrong[f"{stem}_file"] = str(error)
            return ""
        sha256 = hashlib.sha256(picture).hexdigest()
        self.uploaded[sha256] = picture
        return sha256

    def read_picture(self, sha256: str) -> bytes | None:
        """Return the content of a picture that came with this form or was stored before."""
        if sha256 in self.uploaded:
            return self.uploaded[sha256]
        stored = DesignPicture.objects.filter(sha256=sha256).first()
        if stored is None:
            return None
        with stored.file.open("rb") as file:
            return file.read()

    def keep_pictures(self) -> None:
        """Store what came, so that a page that has to be sent again need not upload it again."""
        for picture in self.uploaded.values():
            services.store_picture(data=picture, actor=self.actor)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Design.objects.filter(name=name)
        if (others.exclude(pk=self.design.pk) if self.design else others).exists():
            raise forms.ValidationError(_("Another design has this name."))
        return name

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name, sentence in self._wrong.items():
            self.add_error(name, sentence)
        self._check_once()
        if self.errors:
            return cleaned
        for name, sentences in services.parameters_problems(self.parameters, self.read_picture).items():
            for sentence in sentences:
                self.add_error(name if name in {"accent", "orientation", "languages", "pattern"} else None, sentence)
        return cleaned

    def _check_once(self) -> None:
        """A module, workshop or programme has one design of its own."""
        for name in ("modules", "workshops", "programmes"):
            taken = Design.objects.filter(**{f"{name}__in": self.cleaned_data.get(name) or []})
            other = (taken.exclude(pk=self.design.pk) if self.design else taken).first()
            if other is not None:
                sentence = _("The design %(name)s is for one of these already. Take it away there first.")
                self.add_error(name, sentence % {"name": other})

    @property
    def parameters(self) -> Parameters:
        """What was filled in. Call it once the fields are valid."""
        said = self.cleaned_data
        return Parameters(
            orientation=said["orientation"],
            languages=said["languages"],
            accent=said["accent"].upper(),
            pattern=said["pattern"],
            logos=tuple(filter(None, map(self._logo, range(1, MOST_LOGOS + 1)))),
            signatories=tuple(filter(None, map(self._signatory, range(1, MOST_SIGNATORIES + 1)))),
            result=said["result"],
            extra=self._texts("extra"),
        )

    def _texts(self, stem: str) -> dict[str, str]:
        texts = {language: self.cleaned_data.get(f"{stem}_{language}", "") for language in LANGUAGES}
        return {language: text for language, text in texts.items() if text}

    def _logo(self, number: int) -> Logo | None:
        stem = f"logo{number}"
        sha256, alternative = self.cleaned_data.get(f"{stem}_sha256", ""), self._texts(f"{stem}_alternative")
        width = self.cleaned_data.get(f"{stem}_width")
        return Logo(sha256, width or 0, alternative) if sha256 or alternative or width else None

    def _signatory(self, number: int) -> Signatory | None:
        stem = f"signatory{number}"
        name, post = self.cleaned_data.get(f"{stem}_name", ""), self._texts(f"{stem}_post")
        sha256 = self.cleaned_data.get(f"{stem}_sha256", "")
        return Signatory(name, post, sha256) if name or post or sha256 else None

    def save(self) -> Design:
        """Keep the pictures and the design."""
        self.keep_pictures()
        return services.save_design(
            design=self.design,
            name=self.cleaned_data["name"],
            is_default=self.cleaned_data["is_default"],
            parameters=self.parameters,
            actor=self.actor,
            modules=self.cleaned_data["modules"],
            workshops=self.cleaned_data["workshops"],
            programmes=self.cleaned_data["programmes"],
        )
