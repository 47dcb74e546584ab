"""Input about what people choose for themselves."""

from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from mail.kinds import CHOSEN, CONTENT, MONTHLY, QUESTIONS, Kind, wanted
from people.models import Account, Language, Person, Role, TextSize
from people.permissions import has_role
from people.services import choose_display, choose_language, choose_messages
from people.time_zones import NEAR, named, time_zones


def _languages() -> list[tuple[str, str]]:
    """Each language by its own name: whoever cannot read the page finds it."""
    return [(code, get_language_info(code)["name_local"].capitalize()) for code in Language.values]


def _zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Places near by, then those of the rest of the world by their areas."""
    far: dict[str, list[tuple[str, str]]] = {}
    for zone in time_zones():
        if zone not in NEAR:
            far.setdefault(zone.partition("/")[0], []).append((zone, named(zone)))
    near = [(zone, str(words)) for zone, words in NEAR.items()]
    return [(str(_("Near by")), near), *sorted(far.items())]


class LanguageForm(forms.Form):
    """The language of pages and messages, and the clock."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=_languages,
        widget=forms.RadioSelect,
        help_text=_("Messages come in this language. On each page you can choose another one above."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_zones,
        help_text=_("Times are shown as a clock at this place shows them; times of a workshop as at its place."),
    )

    def __init__(self, *args: Any, person: Person, account: Account, **kwargs: Any) -> None:
        known = {"language": person.language, "time_zone": person.time_zone}
        super().__init__(*args, **{"initial": known, **kwargs})
        self.person, self.account = person, account

    def save(self) -> bool:
        return choose_language(person=self.person, actor=self.account, **self.cleaned_data)


class MessagesForm(forms.Form):
    """Which kinds of messages are wanted. What somebody is never sent is not asked, and stays as it was."""

    kinds_wanted = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["kinds_wanted"].choices = [(kind.key, kind.title) for kind in self.kinds]  # type: ignore[attr-defined]

    @property
    def kinds(self) -> list[Kind]:
        """The kinds that the account may be sent."""
        for_roles = {
            MONTHLY: (Role.COORDINATOR, Role.MANAGER),
            CONTENT: (Role.EDITOR, Role.LAWYER, Role.DOCTOR),
            QUESTIONS: (Role.FACILITATOR, Role.MANAGER),
        }
        return [
            kind
            for kind in CHOSEN.values()
            if kind.key not in for_roles or has_role(self.account, *for_roles[kind.key])
        ]

    def wanted(self) -> set[str]:
        """The kinds that are ticked: those that were sent, or else those that the account wants."""
        if self.is_bound:
            return set(self["kinds_wanted"].data or [])
        return {kind.key for kind in self.kinds if wanted(kind.key, self.account.muted_messages)}

    def save(self) -> bool:
        asked = {kind.key for kind in self.kinds}
        unasked = [key for key in self.account.muted_messages if key in CHOSEN and key not in asked]
        muted = [*unasked, *(asked - set(self.cleaned_data["kinds_wanted"]))]
        return choose_messages(account=self.account, muted=muted, actor=self.account)


class DisplayForm(forms.ModelForm):
    """How pages are shown."""

    class Meta:
        model = Account
        fields = ["text_size", "less_motion", "more_contrast", "text_only"]
        labels = {
            "text_size": _("Size of text"),
            "less_motion": _("Nothing moves"),
            "more_contrast": _("High contrast"),
            "text_only": _("Text only"),
        }
        help_texts = {
            "less_motion": _("Pages jump instead of sliding, and colours change at once."),
            "more_contrast": _("Black on white or white on black, darker colours, and lines that are easy to see."),
            "text_only": _("Pictures are told in words, and no typeface is fetched: for a slow or dear line."),
        }
        widgets = {"text_size": forms.RadioSelect(choices=TextSize.choices)}

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        # A copy: the page is shown as it was chosen before until what was sent is valid.
        super().__init__(*args, **{**kwargs, "instance": Account.objects.get(pk=account.pk)})
        self.account = account

    def _post_clean(self) -> None:
        """The account is changed by the service alone."""

    def save(self, commit: bool = True) -> Any:
        return choose_display(account=self.account, actor=self.account, **self.cleaned_data)
