"""Who may do what with modules, as small named questions."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.permission_policies import ModelPermissionPolicy

from courses.models import Assignment, Contribution, Enrolment, KeptAnswer, Reach
from people.models import Account, Role
from people.permissions import has_role


def can_assign(account: Account) -> bool:
    """Whether the account assigns modules: managers to everybody, coordinators to the own agencies and their people."""
    return account.is_authenticated and (account.sees_everybody or Role.COORDINATOR in account.active_roles)


def can_keep_paths(account: Account) -> bool:
    """Whether the account makes and changes paths of modules: managers and administrators."""
    return account.is_authenticated and account.sees_everybody


def may_write_modules(account: Any) -> bool:
    """Whether somebody plans modules in the CMS: those who write their rules. Which ones, their pages say."""
    return bool(account.has_perm("courses.change_module"))


def can_change(account: Account, assignment: Assignment) -> bool:
    """Whether the account takes an assignment back and exempts people from it: not one that came from above."""
    return Assignment.objects.changeable_by(account).filter(pk=assignment.pk).exists()


def objection_to_withdrawal(account: Account, assignment: Assignment) -> str | None:
    """Why somebody who may change an assignment does not take it back: it is the own, or a manager assigned it."""
    if account.pk == assignment.assigned_by_id:
        return None
    if assignment.person_id is not None and assignment.person_id == account.person_id:
        return _("Somebody else decides about what you have to complete.")
    if assignment.assigned_by.sees_everybody and not account.sees_everybody:
        return _("A programme manager assigned this, and only programme managers take it back.")
    return None


def objection_to_exemption(account: Account, assignment: Assignment) -> str | None:
    """Why somebody who may change an assignment lets nobody off it: a manager assigned it, and waits for it."""
    if assignment.assigned_by.sees_everybody and not account.sees_everybody:
        return _("A programme manager assigned this, and only programme managers exempt people from it.")
    return None


def can_look_after_discussions(account: Account, reach: Reach) -> bool:
    """Whether somebody has a list of what waits in discussions: who runs workshops, or will, and managers."""
    return reach.moderates_any or has_role(account, Role.FACILITATOR)


def objection_to_taking_back(account: Account, contribution: Contribution) -> str | None:
    """Why somebody does not take words back: they are of somebody else, or what others wrote or keep rests on them."""
    if contribution.person_id != account.person_id:
        return _("Only whoever wrote it takes it back.")
    if contribution.withdrawn_at is None:
        if contribution.answers.shown().exclude(person=contribution.person_id).exists():
            return _("Somebody has answered, and the answer needs your question. Ask the facilitators to hide it.")
        if KeptAnswer.objects.standing().filter(answer=contribution).exists():
            return _("This answer is kept for those who come later. Ask the facilitators not to keep it.")
    return None


def objection_to_moderation(reach: Reach, contribution: Contribution) -> str | None:
    """Why somebody decides nothing about some words: another cohort, or the own ones."""
    if not reach.moderates(contribution.cohort):
        return _("Whoever runs the cohort decides about what is written in it.")
    if contribution.person_id == reach.person_id:
        return _("Nobody decides about the own words. You can take them back.")
    return None


def objection_to_keeping(reach: Reach, answer: Contribution) -> str | None:
    """Why somebody does not keep an answer: another cohort, or it is no answer that is shown."""
    if not reach.moderates(answer.cohort):
        return _("Whoever runs the cohort decides what is kept of it.")
    question = answer.question
    if question is None or not answer.is_shown or not question.is_shown:
        return _("Only answers that are shown are kept.")
    return None


def objection_to_deletion(keys: frozenset[UUID]) -> str | None:
    """Why pages with these keys may not be deleted: people are enrolled in the module or have opened the lesson."""
    people = (
        Enrolment.objects.filter(Q(module__translation_key__in=keys) | Q(progress__lesson__translation_key__in=keys))
        .values("person")
        .distinct()
        .count()
    )
    if not people:
        return None
    return ngettext(
        "%(count)d person is enrolled: unpublish it instead.",
        "%(count)d people are enrolled: unpublish it instead.",
        people,
    ) % {"count": people}


class RulesOnlyPolicy(ModelPermissionPolicy):
    """Records of modules are made by publishing their pages and are never deleted: editors change their rules."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)
