"""Evaluation in the demonstration: the forms, and what the people of each workshop that took place answered."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from operations.demo import read
from operations.demo.clock import at
from operations.demo.people import World
from workshops.models import EvaluationAnswer, EvaluationInvitation, EvaluationQuestion, Wave
from workshops.services import Given, answer_evaluation, open_due_waves, review_answers, save_evaluation_form

Kind = EvaluationQuestion.Kind
# Who answers, who writes something, and for whom a question does not apply.
ANSWERS = {"end": 0.8, "months_3": 0.55, "months_6": 0.4}
WRITES, NOT_APPLICABLE = 0.35, 0.04
# How people use a scale of five, from its lowest number, and the options of a question: the earlier the oftener.
FIVE = (1, 3, 12, 38, 46)
# Of what was written the last workshop's answers wait to be read.
UNREAD = "RW-06"


def load_forms() -> None:
    """Make the forms of all waves; a second time changes nothing."""
    for form in read("evaluation.yaml")["forms"]:
        save_evaluation_form(**form)


def load_evaluation(world: World, now: datetime) -> None:
    """Open each wave on its day, and let people answer a day later."""
    opened = Wave.objects.filter(opens_on__lt=now.date() - timedelta(days=1))
    for day in sorted(set(opened.values_list("opens_on", flat=True))):
        evening = timezone.make_aware(datetime.combine(day, time(20)))
        with at(evening):
            open_due_waves()
        with at(evening + timedelta(days=1)):
            for wave in Wave.objects.filter(opens_on=day).select_related("workshop", "form").order_by("pk"):
                _answer(wave)
                _read(world, wave)


def _answer(wave: Wave) -> None:
    random = Random(f"20260310 {wave}")  # noqa: S311
    questions = list(wave.form.questions.all())
    phrases = read("evaluation.yaml")["phrases"]
    for invitation in EvaluationInvitation.objects.filter(wave=wave).order_by("pk"):
        if random.random() < ANSWERS[wave.kind]:
            answers = {question: _given(random, question, phrases) for question in questions}
            answer_evaluation(invitation=invitation, answers=answers)


def _given(random: Random, question: EvaluationQuestion, phrases: dict[str, list[str]]) -> Given:
    if question.kind == Kind.OPEN:
        said = phrases.get(question.code, [])
        return Given(text=random.choice(said)) if said and random.random() < WRITES else Given()
    if question.kind == Kind.SCALE:
        return _number(random, question)
    codes = [option["code"] for option in question.options]
    weights = list(range(len(codes), 0, -1))
    if question.kind == Kind.CHOICE:
        return Given(codes=tuple(random.choices(codes, weights)))
    return Given(codes=tuple(dict.fromkeys(random.choices(codes[:-1], weights[:-1], k=random.randint(1, 3)))))


def _number(random: Random, question: EvaluationQuestion) -> Given:
    if question.instead and random.random() < NOT_APPLICABLE:
        return Given(codes=tuple(question.instead))
    step = random.choices(range(len(FIVE)), FIVE)[0]
    if question.highest == len(FIVE):
        return Given(number=step + 1)
    # Of a scale from 0 to 10 each step of five is two numbers.
    return Given(number=min(question.highest, 2 * step + random.randint(1, 2)))


def _read(world: World, wave: Wave) -> None:
    """The facilitator reads what was written, and takes the name of a colleague out."""
    if wave.workshop.code == UNREAD:
        return
    name: Any = read("evaluation.yaml")["name"]
    found = EvaluationAnswer.objects.readable(wave).order_by("pk")
    words = {answer.pk: answer.text.replace(name, "[…]") for answer in found}
    review_answers(wave=wave, words=words, actor=world.accounts["facilitator"])
