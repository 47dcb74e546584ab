"""What certificates look like: designs with parameters, in versions that never change."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.storage import private_storage
from core.models import AppendOnlyModel, NeverDeletedQuerySet
from courses.models import Module
from people.models import Account
from programmes.models import Programme
from workshops.models import Workshop


class Design(models.Model):
    """A design by its name: which certificates are made with it. What it looks like is in its versions."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    # For everything that no other design was chosen for.
    is_default = models.BooleanField(_("for everything else"), default=False)
    modules = models.ManyToManyField(Module, blank=True, related_name="certificate_designs", verbose_name=_("modules"))
    workshops = models.ManyToManyField(
        Workshop, blank=True, related_name="certificate_designs", verbose_name=_("workshops")
    )
    programmes = models.ManyToManyField(
        Programme, blank=True, related_name="certificate_designs", verbose_name=_("programmes")
    )

    objects = NeverDeletedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("design of certificates")
        verbose_name_plural = _("designs of certificates")
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="design_one_default")
        ]

    def __str__(self) -> str:
        return self.name


class DesignVersion(AppendOnlyModel):
    """The parameters of a design from a moment on (`certificates.designs.Parameters`)."""

    design = models.ForeignKey(Design, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    parameters = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["design", "-number"]
        verbose_name = _("version of a design")
        verbose_name_plural = _("versions of a design")
        constraints = [models.UniqueConstraint(fields=["design", "number"], name="design_version_once")]

    def __str__(self) -> str:
        return f"{self.design} {self.number}"


class DesignPicture(AppendOnlyModel):
    """A logo or a written signature, named by its hash, so that a design of years ago still finds it."""

    sha256 = models.CharField(max_length=64, unique=True)
    # As it is drawn: checked, without what it says of itself, in sRGB.
    file = models.FileField(storage=private_storage, upload_to="certificates/pictures/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("picture of a design")
        verbose_name_plural = _("pictures of designs")

    def __str__(self) -> str:
        return self.sha256[:16]
