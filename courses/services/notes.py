"""Marks and notes of one's own in lessons. Nothing about them goes into the audit trail, where others would read it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from courses.errors import CourseError
from courses.models import Lesson, LessonNote
from people.models import Person


@transaction.atomic
def keep_note(*, person: Person, lesson: Lesson, place: UUID, text: str = "") -> LessonNote:
    """Mark a place in a lesson, with a note or without one; marked already, it gets the new note.

    Raises CourseError when the note is too long, or there are too many marks in the lesson.
    """
    text = text.strip()
    if len(text) > LessonNote.LONGEST:
        raise CourseError(_("A note has %(count)d characters at most.") % {"count": LessonNote.LONGEST})
    # Whoever writes on two devices at once waits here, so that the number is counted right.
    Person.objects.select_for_update().get(pk=person.pk)
    mine = LessonNote.objects.filter(person=person, lesson=lesson)
    note = mine.filter(place=str(place)).first()
    if note is None and mine.count() >= LessonNote.MOST_IN_LESSON:
        limit = {"count": LessonNote.MOST_IN_LESSON}
        raise CourseError(_("There are %(count)d marks in this lesson. Take one away to make another one.") % limit)
    note = note or LessonNote(person=person, lesson=lesson, place=str(place))
    note.text = text
    note.save()
    return note


@transaction.atomic
def remove_note(*, person: Person, lesson: Lesson, place: UUID) -> None:
    """Take a mark away with its note. Where there is none, nothing happens."""
    LessonNote.objects.filter(person=person, lesson=lesson, place=str(place)).delete()
