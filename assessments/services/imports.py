"""Questions that come in a file: kept and looked at, saved all or none, taken back for 24 hours."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha1
from itertools import count
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assessments.errors import QuestionError
from assessments.formats.exchange import FORMATS, Understanding, misfit, understood
from assessments.formats.item import Problem
from assessments.formats.sources import with_sources
from assessments.formats.to_bank import BankQuestion
from assessments.models import (
    UNDO_FOR,
    Category,
    Objective,
    Question,
    QuestionImport,
    QuestionTag,
    QuestionText,
    QuestionVersion,
)
from assessments.question_types.texts import clean_words
from assessments.services.pictures import picture_kind, store_pictures
from assessments.services.questions import checked_words
from assessments.services.tests import save_category
from audit.services import record
from core.jobs import enqueue
from people.models import Account

CHUNK = 200
CODE = re.compile(r"[\w.-]{1,40}")
LONGEST_NAME = 250


class Planned(NamedTuple):
    """What is to become of a question of a file: `languages` are those that it adds, `place` its place in the file.

    Without `question` it is a new one; with a question and no languages it is there already.
    """

    place: int
    source: BankQuestion
    question: Question | None
    languages: tuple[str, ...]


class Plan(NamedTuple):
    """What is to become of all questions of a file, and what cannot be done."""

    planned: list[Planned]
    errors: list[Problem]


@dataclass
class Saved:
    """How many questions are new, how many got a language, and how many were there already."""

    new: int = 0
    languages: int = 0
    unchanged: int = 0


def keep_file(
    *,
    content: bytes,
    filename: str,
    format: str,  # noqa: A002 - the word of the data model
    category: Category,
    language: str,
    actor: Account | None,
    into_categories: bool = True,
) -> QuestionImport:
    """Keep a file with questions, so that it can be looked at before anything is saved.

    Sent again before anything of it was saved, it is kept once. Raises QuestionError for a format that there is not.
    """
    if format not in FORMATS:
        raise QuestionError(_("There is no format “%(format)s”.") % {"format": format})
    wanted = {
        "format": format,
        "filename": filename[-200:],
        "category": category,
        "language": language,
        "into_categories": into_categories,
        "created_by": actor,
    }
    digest = sha1(content, usedforsecurity=False).hexdigest()
    unsaved = QuestionImport.objects.filter(status=QuestionImport.Status.READ, file__contains=digest, **wanted)
    kept = unsaved.first()
    if kept is None:
        kept = QuestionImport(**wanted)
        kept.file.save(f"{digest}.{FORMATS[format].extension}", ContentFile(content))
    return kept


def reading_of(kept: QuestionImport) -> Understanding:
    """Return what is understood of a file that was kept. Raises QuestionError when it is gone."""
    if not kept.file:
        raise QuestionError(_("The file is not kept any more. Choose it again."))
    with kept.file.open("rb") as file:
        return understood(kept.format, file.read(), kept.language)


def plan_questions(
    *, questions: Sequence[BankQuestion], category: Category, begun: QuestionImport | None = None
) -> Plan:
    """Compare questions with those that lie in a category and below it: which are new, which bring a language.

    A question is recognised by its code or its name, and by its answers. What an import that has `begun` saved already
    is passed over. Three queries, four with `begun`.
    """
    there = _Bank(category, questions, without=begun)
    done = set(begun.questions.values_list("import_place", flat=True)) if begun else set()
    planned, errors = [], []
    for place, each in enumerate(questions):
        if place in done:
            continue
        known = there.same(each)
        if known is not None:
            planned.append(Planned(place, each, known.question, tuple(sorted(each.words.keys() - known.words.keys()))))
        elif there.another(each):
            errors.append(Problem(each.line, misfit(each)))
        else:
            planned.append(Planned(place, each, None, tuple(each.words)))
    return Plan(planned, errors)


@transaction.atomic
def import_questions(*, plan: Plan, category: Category, actor: Account | None = None) -> Saved:
    """Put what was planned into the bank at once, questions as drafts: all of them or none.

    Raises QuestionError when one of them could not be saved.
    """
    saved = _save(plan.planned, category, actor, None, into_categories=True)
    record(
        "assessments.questions_imported",
        obj=category,
        actor=actor,
        after={"new": saved.new, "languages": saved.languages},
    )
    return saved


@transaction.atomic
def start_import(*, kept: QuestionImport, skip_bad: bool, actor: Account) -> QuestionImport:
    """Have the questions of a file saved in the background. Begun once already, it changes nothing.

    Raises QuestionError when something in the file is wrong and it is not said that this is to be left out.
    """
    locked = QuestionImport.objects.select_for_update(of=("self",)).get(pk=kept.pk)
    if locked.status not in {QuestionImport.Status.READ, QuestionImport.Status.FAILED}:
        return locked
    reading = reading_of(locked)
    plan = plan_questions(questions=reading.questions, category=locked.category)
    if not plan.planned:
        raise QuestionError(_("There is no question in the file that could be saved."))
    wrong = len(reading.errors) + len(plan.errors)
    if wrong and not skip_bad:
        raise QuestionError(_("Something in the file cannot be taken over. Mend the file, or leave those out."))
    locked.left_out, locked.total, locked.message = wrong, len(plan.planned), ""
    locked.status = QuestionImport.Status.SAVING
    locked.save()
    record("assessments.import_started", obj=locked, actor=actor, after={"file": locked.filename})
    enqueue("assessments.tasks.save_import", locked.pk)
    return locked


def save_import(*, kept: QuestionImport) -> QuestionImport:
    """Save the questions of a file, some hundred at a time so that progress can be seen.

    After an interruption it goes on where it stood. If one cannot be saved, the file is gone, or the bank has changed
    so that more would be left out than somebody agreed to, those before it are taken back, and the import says why:
    all or none.
    """
    current = QuestionImport.objects.get(pk=kept.pk)
    if current.status != QuestionImport.Status.SAVING:
        return current
    try:
        for planned in _in_chunks(_still_to_save(current)):
            with transaction.atomic():
                _save(
                    planned,
                    current.category,
                    current.created_by,
                    current,
                    into_categories=current.into_categories,
                )
    except QuestionError as error:
        return _fail(current, str(error))
    return _finish(current)


@transaction.atomic
def discard_import(*, kept: QuestionImport, actor: Account) -> None:
    """Forget a file of which nothing was saved, and its content. Forgotten already, it changes nothing.

    Raises QuestionError when questions of it were saved or are being saved.
    """
    locked = QuestionImport.objects.select_for_update(of=("self",)).filter(pk=kept.pk).first()
    if locked is None:
        return
    unsaved = locked.status in {QuestionImport.Status.READ, QuestionImport.Status.FAILED}
    if not unsaved or locked.questions.exists() or locked.texts.exists():
        raise QuestionError(_("Questions of this file were saved, so it stays in the list."))
    record("assessments.import_discarded", obj=locked, actor=actor, before={"file": locked.filename})
    if locked.file:
        transaction.on_commit(partial(locked.file.storage.delete, str(locked.file.name)))
    locked.delete()


def _still_to_save(kept: QuestionImport) -> list[Planned]:
    """What is planned of a file and was not saved yet; raises QuestionError when that is not what was agreed to."""
    reading = reading_of(kept)
    plan = plan_questions(questions=reading.questions, category=kept.category, begun=kept)
    if len(reading.errors) + len(plan.errors) > kept.left_out:
        raise QuestionError(_("The bank changed meanwhile: more would be left out now. Look at the file again."))
    return plan.planned


def _in_chunks(planned: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    for start in range(0, len(planned), CHUNK):
        yield planned[start : start + CHUNK]


@transaction.atomic
def undo_import(*, kept: QuestionImport, actor: Account) -> list[str]:
    """Take back the questions and texts that a file brought. Returns the codes of those that have to stay.

    What a test names, an attempt has shown or somebody has changed meanwhile stays. Raises QuestionError after 24
    hours.
    """
    locked = QuestionImport.objects.select_for_update(of=("self",)).get(pk=kept.pk)
    if locked.status == QuestionImport.Status.UNDONE:
        return []
    if not locked.can_be_undone:
        raise QuestionError(_("This import cannot be undone any more: 24 hours have passed, or nothing was saved."))
    stays = _take_back(locked)
    locked.status, locked.undone_at, locked.undone_by = QuestionImport.Status.UNDONE, timezone.now(), actor
    locked.save()
    record("assessments.import_undone", obj=locked, actor=actor, after={"file": locked.filename, "stay": len(stays)})
    return stays


def forget_files() -> int:
    """Delete the content of files that are older than a day. Returns how many."""
    old = QuestionImport.objects.filter(created_at__lt=timezone.now() - UNDO_FOR).exclude(file="")
    forgotten = 0
    for kept in old.exclude(status=QuestionImport.Status.SAVING):
        kept.file.storage.delete(str(kept.file.name))
        QuestionImport.objects.filter(pk=kept.pk).update(file="")
        forgotten += 1
    return forgotten


class _Known(NamedTuple):
    """A question of the bank with its newest structure and the words of each language."""

    question: Question
    structure: Mapping[str, Any]
    words: Mapping[str, Any]


class _Bank:
    """What lies in a category and below it under the codes and names of a file."""

    def __init__(self, category: Category, questions: Iterable[BankQuestion], without: QuestionImport | None) -> None:
        self._by_name: dict[str, list[_Known]] = defaultdict(list)
        wanted = {name for each in questions for name in (each.code, each.name[:LONGEST_NAME]) if name}
        if not wanted or category.pk is None:
            return
        lying = Question.objects.filter(category__path__startswith=category.path)
        if without is not None:
            lying = lying.exclude(pk__in=without.questions.values("pk"))
        found = [each for each in lying if each.code in wanted or each.name in wanted]
        if not found:
            return
        versions = {each.question_id: each for each in QuestionVersion.objects.newest().filter(question__in=lying)}
        words: dict[int, dict[str, Any]] = defaultdict(dict)
        texts = QuestionText.objects.filter(version__question__in=lying).order_by("language", "-revision")
        for version, language, said in texts.values_list("version", "language", "words"):
            words[version].setdefault(language, said)
        for each in found:
            version = versions[each.pk]
            known = _Known(each, version.structure, words[version.pk])
            for name in {each.code, each.name} - {""}:
                self._by_name[name].append(known)

    def _namesakes(self, question: BankQuestion) -> list[_Known]:
        names = {question.code, question.name[:LONGEST_NAME]} - {""}
        return [each for name in names for each in self._by_name.get(name, []) if each.question.type == question.type]

    def same(self, question: BankQuestion) -> _Known | None:
        """Return the question with the same answers whose words are the same where both have a language."""
        namesakes = self._namesakes(question)
        # Pictures that are not in the file, or are none, will not be stored.
        kept = {name: "image:0" for name, content in question.files.items() if namesakes and picture_kind(content)}
        for each in namesakes:
            shared = each.words.keys() & question.words.keys()
            alike = all(
                _comparable(each.words[one], _OfTheBank()) == _comparable(question.words[one], kept) for one in shared
            )
            if each.structure == question.structure and alike:
                return each
        return None

    def another(self, question: BankQuestion) -> bool:
        """Whether the only question of that name is one in other languages, with other answers."""
        found = self._namesakes(question)
        return len(found) == 1 and not found[0].words.keys() & question.words.keys()


class _OfTheBank(dict[str, str]):
    """Every picture of the bank is the same one; pictures elsewhere are those that they are."""

    def get(self, key: str, default: Any = None) -> Any:
        return "image:0" if key.startswith("image:") else default


def _comparable(words: Any, sources: Mapping[str, str]) -> Any:
    """Words as they would be stored, whatever their pictures are called."""
    return clean_words(with_sources(words, sources))


def _save(
    planned: Sequence[Planned],
    category: Category,
    actor: Account | None,
    kept: QuestionImport | None,
    *,
    into_categories: bool,
) -> Saved:
    """Write what was planned: every new question with its version and texts, then the languages of the others."""
    new = [each for each in planned if each.question is None]
    more = [each for each in planned if each.question is not None and each.languages]
    sources = store_pictures({name: content for each in planned for name, content in each.source.files.items()})
    _write_new(new, _Filing(category, new, into_categories=into_categories), sources, actor, kept)
    for each in more:
        _add_languages(each, sources, kept)
    return Saved(len(new), len(more), len(planned) - len(new) - len(more))


def _write_new(
    planned: Sequence[Planned],
    filing: "_Filing",
    sources: Mapping[str, str],
    actor: Account | None,
    kept: QuestionImport | None,
) -> None:
    """Write questions, their first versions, texts and tags, each kind of row at once."""
    questions = Question.objects.bulk_create([filing.question(each, kept) for each in planned], batch_size=CHUNK)
    versions = QuestionVersion.objects.bulk_create(
        [
            QuestionVersion(question=question, number=1, structure=each.source.structure, created_by=actor)
            for question, each in zip(questions, planned, strict=True)
        ],
        batch_size=CHUNK,
    )
    texts = [
        QuestionText(version=version, language=language, words=words, imported=kept)
        for version, each in zip(versions, planned, strict=True)
        for language, words in _checked(each, sources).items()
    ]
    QuestionText.objects.bulk_create(texts, batch_size=CHUNK)
    filing.tag(questions, planned)


def _checked(planned: Planned, sources: Mapping[str, str]) -> dict[str, Any]:
    """The words of the languages that are added, as they are stored."""
    source = planned.source
    return {
        language: checked_words(source.type, source.structure, language, with_sources(source.words[language], sources))
        for language in planned.languages
    }


def _add_languages(planned: Planned, sources: Mapping[str, str], kept: QuestionImport | None) -> None:
    """Add texts to the newest version of a question that is there. Languages that it has meanwhile stay as they are."""
    version = QuestionVersion.objects.newest().get(question=planned.question)
    own = set(version.texts.values_list("language", flat=True))
    for language, words in _checked(planned, sources).items():
        if language not in own:
            QuestionText.objects.create(version=version, language=language, words=words, imported=kept)
    record(
        "assessments.question_translated",
        obj=planned.question,
        actor=kept.created_by if kept else None,
        after={"languages": list(planned.languages)},
    )


class _Filing:
    """Where new questions are filed: categories, codes, objectives and tags, looked up once for all of them."""

    def __init__(self, category: Category, planned: Sequence[Planned], *, into_categories: bool) -> None:
        self._category, self._into_categories = category, into_categories
        self._drawers: dict[tuple[str, ...], Category] = {(): category}
        self._taken = set(Question.objects.values_list("code", flat=True))
        self._numbers = count(1)
        wanted = {each.source.objective for each in planned} - {""}
        self._objectives = {each.code: each for each in Objective.objects.filter(code__in=wanted)}

    def question(self, planned: Planned, kept: QuestionImport | None) -> Question:
        """Return the row of a new question, a draft."""
        source = planned.source
        return Question(
            code=self._code(source),
            name=source.name[:LONGEST_NAME],
            category=self._drawer(source.category if self._into_categories else ()),
            type=source.type,
            objective=self._objectives.get(source.objective),
            source=source.source,
            unverified=source.unverified,
            review_on=_day(source.review_on),
            imported=kept,
            import_place=planned.place if kept else None,
        )

    def tag(self, questions: Sequence[Question], planned: Sequence[Planned]) -> None:
        """Give questions their tags; tags are made when missing."""
        names = [{" ".join(tag.lower().split())[:60] for tag in each.source.tags} - {""} for each in planned]
        wanted = set().union(*names)
        QuestionTag.objects.bulk_create([QuestionTag(name=each) for each in sorted(wanted)], ignore_conflicts=True)
        tags = {each.name: each for each in QuestionTag.objects.filter(name__in=wanted)}
        through = Question.tags.through
        through.objects.bulk_create(
            [
                through(question_id=question.pk, questiontag_id=tags[name].pk)
                for question, own in zip(questions, names, strict=True)
                for name in sorted(own)
            ],
            batch_size=CHUNK,
        )

    def _code(self, source: BankQuestion) -> str:
        """The code of the file when it can be one and is free, else the next number of the category."""
        if CODE.fullmatch(source.code) and source.code not in self._taken:
            code = source.code
        else:
            start = self._category.slug[:32].upper()
            code = next(each for each in (f"{start}-{number}" for number in self._numbers) if each not in self._taken)
        self._taken.add(code)
        return code

    def _drawer(self, path: tuple[str, ...]) -> Category:
        """The category under a path of names below the one of the import; made when missing."""
        if path not in self._drawers:
            self._drawers[path] = category_named(name=path[-1][:200], parent=self._drawer(path[:-1]))
        return self._drawers[path]


def category_named(*, name: str, parent: Category | None) -> Category:
    """Return the drawer of that name directly in another, or at the top; made when missing."""
    return Category.objects.filter(parent=parent, name=name).first() or make_category(name=name, parent=parent)


def make_category(*, name: str, parent: Category | None = None, slug: str = "") -> Category:
    """Make a drawer of the bank; its slug is made from those above it and its name when none is given."""
    own = slugify(name) or sha1(name.encode(), usedforsecurity=False).hexdigest()[:8]
    wanted = slug or (f"{parent.slug}-{own}" if parent else own)
    free = (f"{wanted[:74]}{f'-{number}' if number > 1 else ''}" for number in count(1))
    fresh = next(each for each in free if not Category.objects.filter(slug=each).exists())
    return save_category(category=Category(slug=fresh, name=name, parent=parent))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise QuestionError(_("“%(text)s” is not a day as YYYY-MM-DD.") % {"text": text}) from error


def _fail(kept: QuestionImport, sentence: str) -> QuestionImport:
    with transaction.atomic():
        _take_back(kept)
        kept.status, kept.message, kept.finished_at = QuestionImport.Status.FAILED, sentence, timezone.now()
        kept.save()
    return kept


@transaction.atomic
def _finish(kept: QuestionImport) -> QuestionImport:
    kept.status, kept.finished_at = QuestionImport.Status.DONE, timezone.now()
    kept.save()
    record(
        "assessments.questions_imported",
        obj=kept,
        actor=kept.created_by,
        after={"file": kept.filename, "new": kept.questions.count(), "texts": kept.texts.count()},
    )
    return kept


def _take_back(kept: QuestionImport) -> list[str]:
    """Delete what an import wrote and nobody used or changed since. Returns the codes of what stays."""
    used = Q(uses__isnull=False) | Q(versions__shown__isnull=False) | Q(versions__number__gt=1)
    changed = QuestionText.objects.filter(version__question=OuterRef("pk"), revision__gt=1)
    own = kept.questions.all()
    staying = own.filter(used | Exists(changed) | ~Q(status=Question.Status.DRAFT)).distinct()
    stays = list(staying.order_by("code").values_list("code", flat=True))
    going = list(own.exclude(code__in=stays).values_list("pk", flat=True))
    QuestionVersion.objects.filter(question__in=going).withdraw()
    Question.objects.filter(pk__in=going).delete()
    later = QuestionText.objects.filter(version=OuterRef("version"), language=OuterRef("language"), revision__gt=1)
    added = QuestionText.objects.filter(imported=kept).exclude(version__question__imported=kept)
    added.filter(answered__isnull=True).exclude(Exists(later)).withdraw()
    left = QuestionText.objects.filter(imported=kept).exclude(version__question__imported=kept)
    return [*stays, *left.order_by("version__question__code").values_list("version__question__code", flat=True)]
