"""A note of one's own at a place in a lesson."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Lesson, LessonNote
from courses.services import keep_note
from people.models import Person


class NoteForm(forms.Form):
    """Without a text the place is marked only."""

    text = forms.CharField(
        label=_("Your note"),
        required=False,
        max_length=LessonNote.LONGEST,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Only you read it. Leave it empty to mark the place only."),
    )

    def __init__(self, *args: Any, person: Person, lesson: Lesson, place: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.lesson, self.place = person, lesson, place

    def save(self) -> LessonNote:
        """Mark the place."""
        text = self.cleaned_data["text"]
        return keep_note(person=self.person, lesson=self.lesson, place=self.place, text=text)
