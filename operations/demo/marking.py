"""What people do by hand about tests: written answers wait for a marker, marks are asked about, exceptions are made."""

from datetime import datetime, timedelta
from typing import Any

from assessments.models import Attempt, AttemptItem, Question, Test
from assessments.services import (
    answer_appeal,
    ask_again,
    create_test,
    mark_response,
    save_response,
    set_override,
    start_attempt,
    submit_attempt,
)
from operations.demo import LANGUAGES, read
from operations.demo.clock import at
from operations.demo.people import World
from people.models import Membership

# Wrong answers of this test are asked about: it has been taken two hundred times.
ASKED_ABOUT = "M1-FINAL"


def load_marking(world: World, now: datetime) -> None:
    """A written task that two people mark, three questions about marks, two exceptions."""
    words = read("written.yaml")
    by_code = {each.code: each for each in Question.objects.filter(code__in=words["questions"])}
    with at(now - timedelta(days=12)):
        test = create_test(
            code=words["code"],
            purpose=Test.Purpose.FINAL,
            questions=[by_code[code] for code in words["questions"]],
            second_marker=True,
            **{f"title_{language}": words["title"][language] for language in LANGUAGES},
        )
    for days, (answered, membership) in enumerate(zip(words["answers"], _writers(world), strict=False)):
        _write(world, test, membership, answered, now - timedelta(days=9 - days, hours=13))
    _ask(world, words["appeals"], now)
    _except(world, test, words["exceptions"], now)


def _writers(world: World) -> list[Membership]:
    """A person of each agency that has somebody, none of them staff."""
    found = []
    for code in sorted(world.people):
        person = next((each for each in world.people[code] if not world.is_staff(each)), None)
        membership = person.memberships.order_by("-valid_from").first() if person else None
        if membership is not None:
            found.append(membership)
    return found


def _write(world: World, test: Test, membership: Membership, answered: dict[str, Any], moment: datetime) -> None:
    language = answered["language"]
    with at(moment):
        attempt = start_attempt(test=test, person=membership.person, agency=membership.agency, language=language)
    with at(moment + timedelta(minutes=25)):
        for item in attempt.items.select_related("version__question"):
            place = read("written.yaml")["questions"].index(item.version.question.code)
            text = answered["texts"][place]
            save_response(attempt=attempt, position=item.position, response=text, language=language, counter=1)
        submit_attempt(attempt=attempt)
    with at(moment + timedelta(days=1)):
        for place, (mark, reason) in enumerate(answered["marks"]):
            code = read("written.yaml")["questions"][place]
            item = attempt.items.get(version__question__code=code)
            mark_response(item=item, mark=mark, reason=reason, actor=world.accounts["editor"])


def _ask(world: World, appeals: list[dict[str, Any]], now: datetime) -> None:
    """Three who failed ask about an answer that earned nothing; two of them were answered."""
    failed = Attempt.objects.filter(test__code=ASKED_ABOUT, outcome=Attempt.Outcome.FAILED, submitted_at__lt=now)
    attempts = failed.select_related("person").order_by("-submitted_at", "pk")
    for days, (asked, attempt) in enumerate(zip(appeals, attempts, strict=False)):
        item = AttemptItem.objects.filter(attempt=attempt, mark=0, response__isnull=False).earliest("position")
        moment = max(attempt.submitted_at or now, now - timedelta(days=5 - days))
        with at(moment + timedelta(hours=2)):
            appeal = ask_again(item=item, reason=asked["reason"], person=attempt.person)
        if "answer" in asked:
            with at(moment + timedelta(hours=20)):
                answer_appeal(
                    appeal=appeal, answer=asked["answer"], mark=asked.get("share"), actor=world.accounts["manager"]
                )


def _except(world: World, test: Test, reasons: dict[str, str], now: datetime) -> None:
    final = Test.objects.get(code=ASKED_ABOUT)
    person = _writers(world)[2].person
    agency = _writers(world)[4].agency
    with at(now - timedelta(days=3)):
        set_override(
            test=final, person=person, extra_minutes=20, reason=reasons["person"], actor=world.accounts["manager"]
        )
        set_override(
            test=test, agency=agency, attempts_limit=2, reason=reasons["agency"], actor=world.accounts["manager"]
        )
