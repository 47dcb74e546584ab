"""Lessons that were written in Word."""

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.pages import ModulePage
from people.models import Account, Language


def private_storage() -> Storage:
    """Where files lie that have no address."""
    return storages["private"]


class LessonFileQuerySet(models.QuerySet["LessonFile"]):
    def visible_to(self, account: Account) -> "LessonFileQuerySet":
        """Those of modules whose pages the account may change."""
        modules = ModulePage.objects.changeable_by(account)
        return self.filter(module_key__in=modules.values("translation_key"))


class LessonFile(models.Model):
    """A Word file that becomes a lesson of a module: kept for a day, to be looked at before anything is made.

    The module and the lesson are named by the keys that their pages share. Without a `lesson_key` nothing is made yet.
    """

    filename = models.CharField(_("file"), max_length=200)
    file = models.FileField(storage=private_storage, upload_to="lesson-files/")
    module_key = models.UUIDField()
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    lesson_key = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    objects = LessonFileQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("lesson in a Word file")
        verbose_name_plural = _("lessons in Word files")

    def __str__(self) -> str:
        return self.filename
