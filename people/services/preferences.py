"""What people choose for themselves: language and clock, messages, and how pages are shown."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from mail.kinds import CHOSEN
from people.errors import PeopleError
from people.models import Account, Language, Person, TextSize
from people.time_zones import is_time_zone


@transaction.atomic
def choose_language(*, person: Person, language: str, time_zone: str, actor: Account | None = None) -> bool:
    """Choose the language of messages, and the clock by which times are shown. Returns whether anything changed.

    Raises PeopleError for a language or a zone that there is not.
    """
    if language not in Language.values:
        raise PeopleError(_("Choose one of the languages."))
    if not is_time_zone(time_zone):
        raise PeopleError(_("Choose one of the time zones."))
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    chosen = {"language": language, "time_zone": time_zone}
    changed = _change(locked, chosen)
    person.language, person.time_zone = language, time_zone
    if changed:
        before, after = changed
        record("people.language_chosen", obj=person, actor=actor, subject=person, before=before, after=after)
    return bool(changed)


@transaction.atomic
def choose_messages(*, account: Account, muted: list[str], actor: Account | None = None) -> bool:
    """Choose which kinds of messages an account does not want. Returns whether anything changed.

    Raises PeopleError for a kind that is needed or that there is not.
    """
    if set(muted) - set(CHOSEN):
        raise PeopleError(_("These messages are needed and cannot be turned off."))
    locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    changed = _change(locked, {"muted_messages": sorted(set(muted))})
    account.muted_messages = locked.muted_messages
    if changed:
        before, after = changed
        whose = account.person
        record("people.messages_chosen", obj=account, actor=actor, subject=whose, before=before, after=after)
    return bool(changed)


@transaction.atomic
def switch_messages(*, account: Account, kind: str, wanted: bool, actor: Account | None = None) -> bool:
    """Start or stop messages of one kind. Returns whether anything changed; saying the same again changes nothing.

    Raises PeopleError for a kind that is needed or that there is not.
    """
    current = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    others = [each for each in current.muted_messages if each != kind]
    changed = choose_messages(account=current, muted=others if wanted else [*others, kind], actor=actor)
    account.muted_messages = current.muted_messages
    return changed


@transaction.atomic
def choose_display(
    *,
    account: Account,
    text_size: str,
    less_motion: bool = False,
    more_contrast: bool = False,
    text_only: bool = False,
    actor: Account | None = None,
) -> bool:
    """Choose how pages are shown to an account. Returns whether anything changed.

    What was chosen may tell of somebody's health, so that the trail says only that it was. Raises PeopleError for a
    size that there is not.
    """
    if text_size not in TextSize.values:
        raise PeopleError(_("Choose one of the sizes."))
    locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    chosen = {
        "text_size": text_size,
        "less_motion": less_motion,
        "more_contrast": more_contrast,
        "text_only": text_only,
    }
    changed = _change(locked, chosen)
    for name, value in chosen.items():
        setattr(account, name, value)
    if changed:
        record("people.display_chosen", obj=account, actor=actor, subject=account.person)
    return bool(changed)


def _change(row: Account | Person, chosen: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Save what differs; return what stood there before and what stands there now."""
    after = {name: value for name, value in chosen.items() if getattr(row, name) != value}
    if not after:
        return None
    before = {name: getattr(row, name) for name in after}
    for name, value in after.items():
        setattr(row, name, value)
    # The table itself: saving a person folds names, and saving an account its e-mail, which nobody touched.
    type(row).objects.filter(pk=row.pk).update(**after)
    return before, after
