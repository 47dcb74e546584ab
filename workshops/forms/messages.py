"""Input for messages: the words of one that is planned, and one to a group. `save()` calls a service."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mail.models import Message
from mail.services import LONGEST_SUBJECT
from people.models import Account, Language
from workshops import services
from workshops.models import Registration, Workshop
from workshops.services import ABSENT, EVERYBODY, Group

LONGEST_TEXT = 10_000
State = Registration.State
_LABELS = [
    (State.CONFIRMED, gettext_lazy("All who are confirmed")),
    (State.PENDING, gettext_lazy("All who wait for approval")),
    (State.INVITED, gettext_lazy("All who are invited and have not answered")),
    (State.WAITLISTED, gettext_lazy("All on the waiting list")),
    (State.NOMINATED, gettext_lazy("All who are nominated")),
    (EVERYBODY, gettext_lazy("Everybody on the list of the workshop")),
]


class MessageForm(forms.Form):
    """The words of a message."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=LONGEST_SUBJECT)
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 16})
    )

    def clean_subject(self) -> str:
        """A subject is one line."""
        return " ".join(self.cleaned_data["subject"].split())

    def clean_text(self) -> str:
        """A text as the templates of messages make it, whatever the browser's lines end with."""
        return "\n".join(self.cleaned_data["text"].splitlines()) + "\n"


class PlannedMessageForm(MessageForm):
    """The words of a message that has not gone."""

    def __init__(self, *args: Any, workshop: Workshop, message: Message, account: Account, **kwargs: Any) -> None:
        words = {"subject": message.subject, "text": message.text}
        super().__init__(*args, **{"initial": words, **kwargs})
        self.workshop, self.message, self.account = workshop, message, account

    def save(self) -> Message:
        """Store the words."""
        return services.edit_planned_message(
            workshop=self.workshop,
            message=self.message,
            subject=self.cleaned_data["subject"],
            text=self.cleaned_data["text"],
            actor=self.account,
        )


class GroupMessageForm(MessageForm):
    """A message to some of the people of a workshop. It goes to all of them as it is written."""

    group = forms.ChoiceField(label=gettext_lazy("To"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the message"), choices=Language.choices)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    field_order = ["group", "language", "subject", "text", "token"]

    def __init__(self, *args: Any, workshop: Workshop, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workshop, self.account = workshop, account
        opened = workshop.sessions.filter(opened_at__isnull=False).order_by("-starts_at", "-number")
        self.sessions = {f"{ABSENT}-{session.number}": session for session in opened}
        field = self.fields["group"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [
            *_LABELS,
            *(
                (name, _("Absent or not recorded: %(session)s") % {"session": session})
                for name, session in self.sessions.items()
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """A message that nobody could receive is refused before it is read once more."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.readers():
            raise ValidationError(_("Nobody of this group has an e-mail address."))
        return data

    @property
    def chosen(self) -> Group:
        """The group to which it goes."""
        name = self.cleaned_data["group"]
        session = self.sessions.get(name)
        return Group(name, None) if session is None else Group(ABSENT, session)

    def readers(self) -> list[Any]:
        """Those of the group who have an e-mail."""
        return [person for person in self.chosen.people(self.workshop) if person.email]

    def preview(self) -> dict[str, Any]:
        """To how many it goes, how many it does not reach, and who reads it first."""
        people = list(self.chosen.people(self.workshop))
        readers = [person for person in people if person.email]
        return {"count": len(readers), "without": len(people) - len(readers), "first": readers[0]}

    def save(self) -> int:
        """Send it, once."""
        return services.write_to_group(
            workshop=self.workshop,
            group=self.chosen,
            subject=self.cleaned_data["subject"],
            text=self.cleaned_data["text"],
            language=self.cleaned_data["language"],
            token=str(self.cleaned_data["token"]),
            actor=self.account,
        )
