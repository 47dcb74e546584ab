"""Who has to take which module by when: paths of modules, assignments, and who is exempt."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import Translated
from courses.models.modules import Module
from people.models import Account, Agency, Membership, Person, Role, RoleGrant


class LearningPath(models.Model):
    """Modules in an order, for agencies of some kind or people in some posts.

    agency_kind and posts say for whom it is meant; posts are words of which one has to be in the post, separated by
    commas. Empty is everybody.
    """

    code = models.SlugField(max_length=40, unique=True)
    title_en = models.CharField(max_length=200)
    title_ru = models.CharField(max_length=200, blank=True)
    title_be = models.CharField(max_length=200, blank=True)
    agency_kind = models.CharField(_("kind of agency"), max_length=30, blank=True, choices=Agency.Kind.choices)
    posts = models.CharField(_("posts"), max_length=300, blank=True)
    withdrawn = models.BooleanField(default=False)

    title = Translated()

    class Meta:
        ordering = ["code"]
        verbose_name = _("path of modules")
        verbose_name_plural = _("paths of modules")

    def __str__(self) -> str:
        return self.title


class PathModule(models.Model):
    """A module in its place on a path."""

    path = models.ForeignKey(LearningPath, on_delete=models.CASCADE, related_name="steps")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["path", "position"]
        verbose_name = _("module of a path")
        verbose_name_plural = _("modules of paths")
        constraints = [
            models.UniqueConstraint(fields=["path", "module"], name="path_module_once"),
            models.UniqueConstraint(fields=["path", "position"], name="path_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.path_id} {self.position}: {self.module}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, account: Account) -> "AssignmentQuerySet":
        """Assignments that reach people of the agencies which the account coordinates; for managers all."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        coordinated = Agency.objects.coordinated_by(account)
        above = RoleGrant.objects.active().filter(
            account_id=account.pk, role=Role.COORDINATOR, agency__path__startswith=OuterRef("agency__path")
        )
        people = Membership.objects.current().filter(agency__in=coordinated.values("pk")).values("person")
        return self.filter(Q(agency__in=coordinated.values("pk")) | Q(Exists(above), below=True) | Q(person__in=people))

    def changeable_by(self, account: Account) -> "AssignmentQuerySet":
        """Of these, those that the account may take back: to the own agencies and people, and not from above them."""
        if not account.is_authenticated or account.sees_everybody:
            return self.visible_to(account)
        own = Agency.objects.coordinated_by(account).values("pk")
        return self.visible_to(account).filter(Q(agency__in=own) | Q(person__isnull=False))

    def standing(self) -> "AssignmentQuerySet":
        """Assignments that nobody took back."""
        return self.filter(withdrawn_at__isnull=True)

    def in_force(self) -> "AssignmentQuerySet":
        """Standing ones to people, and to agencies that are not closed."""
        today = timezone.localdate()
        return self.standing().filter(Q(agency__closed_on__isnull=True) | Q(agency__closed_on__gte=today))

    def reaching(self, person: Any, agencies: Any) -> "AssignmentQuerySet":
        """Standing ones to a person, and to each of some agencies."""
        return self.standing().filter(Q(person=person) | Q(agency__in=agencies))

    def with_modules(self) -> "AssignmentQuerySet":
        """With everything that a line about each of them says, in two queries."""
        told = self.select_related("module", "path", "person", "agency", "assigned_by__person")
        return told.prefetch_related("path__steps")


class Assignment(models.Model):
    """A module or a path that a person, or everybody of an agency, has to complete.

    due_on: by which day. days: for members who come later, so many days after they joined, if that is later. What is
    assigned to an agency is for whoever belongs to it, or below it, at any time: new members have it at once.
    """

    module = models.ForeignKey(Module, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    path = models.ForeignKey(LearningPath, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    # Whether agencies below are meant as well.
    below = models.BooleanField(default=True)
    due_on = models.DateField(_("due on"))
    days = models.PositiveSmallIntegerField(_("days for new members"), default=30)
    note = models.CharField(_("note to those who are assigned"), max_length=500, blank=True)
    assigned_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.CheckConstraint(
                condition=Q(module__isnull=False, path__isnull=True) | Q(module__isnull=True, path__isnull=False),
                name="assignment_of_module_or_path",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, agency__isnull=True) | Q(person__isnull=True, agency__isnull=False),
                name="assignment_to_person_or_agency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module or self.path}: {self.person or self.agency}"

    @property
    def modules(self) -> list[int]:
        """The ids of what has to be completed, in order. No query on rows read by `with_modules`."""
        if self.path is not None:
            return [step.module_id for step in self.path.steps.all()]
        return [self.module_id] if self.module_id is not None else []


class Exemption(models.Model):
    """A person need not do what was assigned, and why. `module` says which one of a path; empty is all of it."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="exemptions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exemptions")
    module = models.ForeignKey(Module, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    granted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["assignment", "pk"]
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "person", "module"],
                condition=Q(withdrawn_at__isnull=True, module__isnull=False),
                name="exemption_of_module_once",
            ),
            models.UniqueConstraint(
                fields=["assignment", "person"],
                condition=Q(withdrawn_at__isnull=True, module__isnull=True),
                name="exemption_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exemption_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.assignment_id}"
