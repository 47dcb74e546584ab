"""How people of the demonstration answer: from ability and difficulty to a response. Values in, values out.

Items differ as they do in life: the first question of a test nobody gets wrong, a true/false question everybody
guesses, the second single choice has a distractor that nobody takes; of the others some are hard and some are easy.
"""

import math
from collections.abc import Sequence
from random import Random
from typing import Any

from assessments.question_types import TYPES

STEEPNESS = 1.6
DIFFICULTIES = (-1.1, -0.2, 0.5, -0.7, 1.1, 0.1, -1.6, 0.8)
EVEN = 0.5


def responses(random: Random, questions: Sequence[tuple[str, dict[str, Any]]], ability: float) -> list[Any]:
    """Answer the questions of a test, each (type, structure), in the editor's order."""
    kinds = [kind for kind, _structure in questions]
    guessed = kinds.index("true_false") if "true_false" in kinds else None
    singles = [place for place, kind in enumerate(kinds) if kind == "single_choice"]
    shunning = singles[1] if len(singles) > 1 else None
    answers = []
    for place, (kind, structure) in enumerate(questions):
        chance = 1.0 if place == 0 else EVEN if place == guessed else _chance(place, ability)
        right = random.random() < chance
        answers.append(response(random, kind, structure, right=right, shun_last=place == shunning))
    return answers


def _chance(place: int, ability: float) -> float:
    """How likely somebody answers the question at a place rightly (the logistic curve of a Rasch model).

    Ability 1 at difficulty 0.5: 1 / (1 + exp(−1.6 × 0.5)) = 0.69.
    """
    return 1 / (1 + math.exp(-STEEPNESS * (ability - DIFFICULTIES[place % len(DIFFICULTIES)])))


def response(random: Random, kind_name: str, structure: dict[str, Any], *, right: bool, shun_last: bool = False) -> Any:
    """Return a right or a wrong answer to a question, as the type reads it."""
    kind = TYPES[kind_name]
    key = kind.key(structure)
    answer = key if right else _wrong(random, key, _tempting(structure, key, shun_last=shun_last))
    return kind.parse(structure, answer)


def _tempting(structure: dict[str, Any], key: Any, *, shun_last: bool) -> list[str]:
    """The ids to choose from, without the answer; the last one is left out when nobody takes it."""
    ids = [option["id"] for option in structure.get("options", []) if option["id"] != key]
    return ids[:-1] if shun_last else ids


def _wrong(random: Random, key: Any, ids: list[str]) -> Any:
    if isinstance(key, bool):
        return not key
    if isinstance(key, list) and ids:
        return random.sample(ids, k=len(key))
    if isinstance(key, list):
        return [*key[1:], key[0]]
    if isinstance(key, dict):
        names, values = list(key), list(key.values())
        return dict(zip(names, [*values[1:], values[0]], strict=True))
    return random.choice(ids) if ids else str(round(float(key)) + random.choice([-2, -1, 1, 3]))
