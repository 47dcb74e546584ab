"""What of all content awaits an editor or an expert, and which languages have fallen behind. Writes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, TaskState, WorkflowState

from library.desk import Entry, Part, Pile
from library.keeping import State
from library.services.pieces import address_of, languages
from library.services.reviewing import given_to, reviews
from library.services.steps import Standing, standings
from library.translatables import kinds
from people.models import Account, Language


# --- For experts ----------------------------------------------------------------------------------------------------
def piles_of_experts(account: Account) -> Iterator[Pile]:
    """What was given to a lawyer or a doctor and waits for an answer, the longest wait first."""
    waiting = reviews(given_to(account).filter(status=TaskState.STATUS_IN_PROGRESS))
    heading = ngettext("%(count)s text waits for your answer", "%(count)s texts wait for your answer", len(waiting))
    yield Pile(
        "to-review",
        Part.AWAITS,
        len(waiting),
        heading % {"count": len(waiting)},
        _("No text waits for your review."),
        [
            Entry(each.title, reverse("reviews:review", args=[each.pk]), each.language, capfirst(each.kind))
            for each in reversed(waiting)
        ],
        listed=reverse("reviews:index"),
    )


# --- For editors ----------------------------------------------------------------------------------------------------
def piles_of_editors(account: Account) -> Iterator[Pile]:
    """Reviews sent back, own drafts, translations to be read, languages out of step."""
    yield _sent_back(account)
    yield _drafts(account)
    everything = standings()
    yield _unread(everything, account)
    yield _out_of_step(everything)


def _sent_back(account: Account) -> Pile:
    """Texts that the account submitted and for which an expert asks for changes."""
    found = reviews(
        TaskState.objects.filter(
            task__expertreviewtask__isnull=False,
            status=TaskState.STATUS_REJECTED,
            workflow_state__status=WorkflowState.STATUS_NEEDS_CHANGES,
            workflow_state__requested_by=account,
            workflow_state__current_task_state=F("pk"),
        )
    )
    heading = ngettext(
        "%(count)s review came back with changes", "%(count)s reviews came back with changes", len(found)
    )
    return Pile(
        "sent-back",
        Part.AWAITS,
        len(found),
        heading % {"count": len(found)},
        _("No review came back with changes."),
        [Entry(each.title, reverse("reviews:review", args=[each.pk]), each.language, each.comment) for each in found],
    )


def _drafts(account: Account) -> Pile:
    """What the account wrote last, or began and nobody published, unless it is with an expert; the oldest first."""
    in_review = set(WorkflowState.objects.active().values_list("base_content_type_id", "object_id"))
    rows = [row for row in _own_drafts(account) if _key(row) not in in_review]
    rows.sort(key=lambda row: row.latest_revision.created_at)
    heading = ngettext(
        "%(count)s draft of yours is not published", "%(count)s drafts of yours are not published", len(rows)
    )
    return Pile(
        "drafts",
        Part.AWAITS,
        len(rows),
        heading % {"count": len(rows)},
        _("You have published everything that you began."),
        [Entry(_title(row), address_of(row), row.locale.language_code, capfirst(_kind(row))) for row in rows],
    )


def _own_drafts(account: Account) -> Iterator[Any]:
    """Pages and snippets with newer words than readers have; one query for pages and one for each kind of snippet."""
    waiting = Q(has_unpublished_changes=True, latest_revision__isnull=False)
    written = Q(latest_revision__user=account)
    related = ("locale", "latest_revision")
    pages = Page.objects.filter(waiting & (written | Q(owner=account, live=False)), alias_of__isnull=True)
    yield from pages.select_related(*related, "content_type").defer("latest_revision__content")
    for kind in kinds():
        if kind.model is not None and kind.drafts and not issubclass(kind.model, Page):
            found = kind.model.objects.filter(waiting & written)
            yield from found.select_related(*related).defer("latest_revision__content")


def _key(row: Any) -> tuple[int, str]:
    return ContentType.objects.get_for_model(Page if isinstance(row, Page) else row).pk, str(row.pk)


def _title(row: Any) -> str:
    return row.draft_title if isinstance(row, Page) else str(row)


def _kind(row: Any) -> str:
    model = row.specific_class if isinstance(row, Page) else type(row)
    return str(model._meta.verbose_name)


def _unread(everything: Sequence[Standing], account: Account) -> Pile:
    """How many translations await a native editor in the language of the account; in all, if that is the first one."""
    targets = languages()[1:]
    own = [code for code in targets if account.person is not None and code == account.person.language] or targets
    entries = list(_by_language(everything, {State.AWAITING: _awaiting_sentence}, own))
    total = sum(each.state == State.AWAITING and each.language in own for each in everything)
    heading = ngettext("%(count)s translation awaits a reader", "%(count)s translations await a reader", total)
    return Pile(
        "to-read",
        Part.AWAITS,
        total,
        heading % {"count": total},
        _("Every translation has been read by a native editor."),
        entries,
    )


def _out_of_step(everything: Sequence[Standing]) -> Pile:
    said = {State.STALE: _stale_sentence, State.MISSING: _missing_sentence}
    total = sum(each.state in said for each in everything)
    heading = ngettext("%(count)s translation has fallen behind", "%(count)s translations have fallen behind", total)
    return Pile(
        "behind",
        Part.STALE,
        total,
        heading % {"count": total},
        _("Every translation is in step with its source."),
        list(_by_language(everything, said, languages())),
    )


def _by_language(everything: Iterable[Standing], said: dict[State, Any], order: Sequence[str]) -> Iterator[Entry]:
    """An entry for each language and state, with the number of translations, that leads to their list."""
    counts: dict[str, Counter[State]] = defaultdict(Counter)
    for each in everything:
        counts[each.language][each.state] += 1
    for code in order:
        for state, sentence in said.items():
            if number := counts[code][state]:
                query = urlencode({"language": code, "state": state})
                address = f"{reverse('translations:index')}?{query}"
                yield Entry(capfirst(str(Language(code).label)), address, said=sentence(number))


def _awaiting_sentence(number: int) -> str:
    return ngettext("%(count)s awaits review", "%(count)s await review", number) % {"count": number}


def _stale_sentence(number: int) -> str:
    return ngettext("%(count)s is out of step", "%(count)s are out of step", number) % {"count": number}


def _missing_sentence(number: int) -> str:
    return ngettext("%(count)s is missing", "%(count)s are missing", number) % {"count": number}
