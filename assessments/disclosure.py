"""What a person sees of the marking, and when: eight fields at four moments.

The fields and moments are those of Moodle's review options, so that an editor who comes from there finds them again.
What an editor did not set follows from the purpose of the test. The test before a workshop shows nothing, because the
same questions come again afterwards; of a final test the right answers open when nothing can be gained by them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

AT_ONCE_LASTS = timedelta(minutes=2)


class Field(StrEnum):
    """Something that can be shown of an attempt."""

    QUESTIONS = "questions"  # the questions with the own answers
    CORRECTNESS = "correctness"  # whether each answer was right
    HIGHEST = "highest"  # what each question counts
    MARKS = "marks"  # what each answer earned, and the whole
    RATIONALES = "rationales"  # what there is to say about the answer that was chosen
    FEEDBACK = "feedback"  # what there is to say about the question
    KEY = "key"  # the right answers
    OUTCOME = "outcome"  # whether the test was passed


class Moment(StrEnum):
    """When somebody looks."""

    DURING = "during"  # the test is being taken: an answer can be checked, and then stands
    AT_ONCE = "at_once"  # in the two minutes after the hand-in
    LATER = "later"  # another attempt is still possible
    CLOSED = "closed"  # passed, no attempt left, or the test has closed


EVERYTHING = frozenset(Field)
NOTHING: frozenset[Field] = frozenset()
# What is said about a question explains the right answer as a rule, so it opens with the key.
OWN = EVERYTHING - {Field.KEY, Field.FEEDBACK}

_USUAL = {
    "practice": {Moment.DURING: NOTHING, Moment.AT_ONCE: EVERYTHING, Moment.LATER: EVERYTHING},
    "final": {Moment.DURING: NOTHING, Moment.AT_ONCE: OWN, Moment.LATER: OWN},
    "pre_post": {Moment.DURING: NOTHING, Moment.AT_ONCE: EVERYTHING, Moment.LATER: EVERYTHING},
}

Disclosed = Mapping[str, Sequence[str]]


def usual(purpose: str) -> dict[str, list[str]]:
    """Return {moment: [fields]} for tests of a purpose ("practice", "final", "pre_post") whose editor set nothing."""
    shown = {**_USUAL[purpose], Moment.CLOSED: EVERYTHING}
    return {moment.value: [field.value for field in Field if field in shown[moment]] for moment in Moment}


def moment_of(*, submitted_at: datetime | None, now: datetime, closed: bool) -> Moment:
    """Return the moment at which `now` looks at an attempt; `closed`: nothing can be gained by what is shown."""
    if submitted_at is None:
        return Moment.DURING
    if closed:
        return Moment.CLOSED
    return Moment.AT_ONCE if now - submitted_at <= AT_ONCE_LASTS else Moment.LATER


def shown(disclosed: Disclosed, *, moment: Moment, phase: str = "") -> frozenset[Field]:
    """Return the fields that are shown; a word that is no field shows nothing. The test before ("pre") never does.

    >>> sorted(shown(usual("final"), moment=Moment.LATER) ^ EVERYTHING)
    [<Field.FEEDBACK: 'feedback'>, <Field.KEY: 'key'>]
    """
    if phase == "pre":
        return NOTHING
    return frozenset(field for field in Field if field in disclosed.get(moment, ()))


def checked(disclosed: Disclosed) -> dict[str, list[str]]:
    """Return {moment: [fields]} in the order of this module; raises ValueError for a word that is none of it."""
    chosen = {Moment(moment): {Field(each) for each in fields} for moment, fields in disclosed.items()}
    return {moment.value: [field.value for field in Field if field in chosen.get(moment, ())] for moment in Moment}
