"""Paths of modules: made, changed and withdrawn by managers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audit.services import record
from courses.errors import CourseError
from courses.models import LearningPath, Module, PathModule
from people.models import Account

CODE_LENGTH = 40
# Words that stand in addresses where the code of a path could stand.
RESERVED_CODES = {"new"}


@transaction.atomic
def create_path(
    *, titles: Mapping[str, str], modules: Sequence[Module], agency_kind: str, posts: str, actor: Account
) -> LearningPath:
    """Make a path of some modules in an order; its code is made of the English title.

    Raises CourseError when there is no module, or one stands on it twice.
    """
    path = LearningPath(code=_free_code(titles["title_en"]), agency_kind=agency_kind, posts=posts, **titles)
    path.save()
    _set_modules(path, modules)
    record("courses.path_created", obj=path, actor=actor, after=_told(path))
    return path


@transaction.atomic
def change_path(
    *,
    path: LearningPath,
    titles: Mapping[str, str],
    modules: Sequence[Module],
    agency_kind: str,
    posts: str,
    actor: Account,
) -> LearningPath:
    """Change a path. Whoever it is assigned to has the new modules at once, and the old ones no more."""
    locked = LearningPath.objects.select_for_update().get(pk=path.pk)
    before = _told(locked)
    for name, value in {**titles, "agency_kind": agency_kind, "posts": posts}.items():
        setattr(locked, name, value)
    locked.save()
    _set_modules(locked, modules)
    if _told(locked) != before:
        record("courses.path_changed", obj=locked, actor=actor, before=before, after=_told(locked))
    return locked


@transaction.atomic
def withdraw_path(*, path: LearningPath, actor: Account) -> LearningPath:
    """Let nobody assign a path any more. What was assigned stays; a second time changes nothing."""
    locked = LearningPath.objects.select_for_update().get(pk=path.pk)
    if not locked.withdrawn:
        locked.withdrawn = True
        locked.save(update_fields=["withdrawn"])
        record("courses.path_withdrawn", obj=locked, actor=actor)
    return locked


def _set_modules(path: LearningPath, modules: Sequence[Module]) -> None:
    if not modules:
        raise CourseError(_("A path needs a module at least."))
    if len({module.pk for module in modules}) < len(modules):
        raise CourseError(_("A module stands on the path twice."))
    wanted = [module.pk for module in modules]
    if wanted != list(path.steps.values_list("module", flat=True)):
        path.steps.all().delete()
        PathModule.objects.bulk_create(
            PathModule(path=path, module_id=module, position=place) for place, module in enumerate(wanted, start=1)
        )


def _free_code(title: str) -> str:
    stem = slugify(title)[: CODE_LENGTH - 5] or "path"
    taken = {*LearningPath.objects.filter(code__startswith=stem).values_list("code", flat=True), *RESERVED_CODES}
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (stem, *numbered) if code not in taken)


def _told(path: LearningPath) -> dict[str, Any]:
    """What the trail keeps of a path."""
    return {
        "titles": {code: getattr(path, f"title_{code}") for code in ("en", "ru", "be")},
        "agency_kind": path.agency_kind,
        "posts": path.posts,
        "modules": list(path.steps.values_list("module__code", flat=True)),
    }
