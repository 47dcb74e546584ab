"""Places in lessons that somebody has marked, with a note where one was written. Nobody else sees either."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.modules import Lesson
from people.models import Account, Person


class LessonNoteQuerySet(models.QuerySet["LessonNote"]):
    def visible_to(self, account: Account) -> "LessonNoteQuerySet":
        """Own ones; no role sees those of somebody else."""
        if not account.is_authenticated or account.person_id is None:
            return self.none()
        return self.filter(person_id=account.person_id)


class LessonNote(models.Model):
    """A place in a lesson that a person has marked. Without a text it is a bookmark."""

    # Length of a note, and how many marks a person has in one lesson.
    LONGEST, MOST_IN_LESSON = 2000, 50

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="lesson_notes")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="notes")
    # Id of the block: the same in every language.
    place = models.CharField(max_length=36)
    text = models.TextField(_("note"), blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = LessonNoteQuerySet.as_manager()

    class Meta:
        ordering = ["lesson__module", "lesson__position", "pk"]
        verbose_name = _("mark in a lesson")
        verbose_name_plural = _("marks and notes in lessons")
        constraints = [models.UniqueConstraint(fields=["person", "lesson", "place"], name="lesson_note_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.lesson}"
