"""A few words that are typed."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any
from unicodedata import normalize

from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.marking import ALL, NOT_ANSWERED, NOTHING, Credit, bounded, part_in
from assessments.question_types.base import QuestionType, Response, Structure, Words, first_text, single

LONGEST_ANSWER = 200
STAR = "\ue000"  # stands for an asterisk that means itself
SAME = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "`": "'", "‑": "-", "–": "-", "—": "-", "−": "-"})
YO = str.maketrans({"ё": "е", "Ё": "Е"})


class ShortAnswer(QuestionType):
    """`{"ignore_case": true, "ignore_yo": true}`, both so when they are missing. The response is the text.

    What is accepted depends on the language and stands in its words: `{"accept": [{"text": "refugee*", "credit": "1"},
    {"text": "asylum*", "credit": "0.5"}]}`; `*` is any text or none, a backslash before it makes it an asterisk. Spaces
    are folded, and the apostrophes and dashes of different keyboards are the same. An accepted answer may carry
    `"feedback"`, said to whoever gave it.
    """

    name = "short_answer"
    widget = "text"
    reads_words = True

    def check_structure(self, structure: Structure) -> None:
        for rule in ("ignore_case", "ignore_yo"):
            if not isinstance(structure.get(rule, True), bool):
                raise QuestionError(_("Say yes or no to ignoring capitals and ё."))
        if "accept" in structure:
            check_accepted(structure["accept"])

    def check_words(self, structure: Structure, words: Words) -> None:
        super().check_words(structure, words)
        check_accepted(words.get("accept"))

    def complete(self, structure: Structure, texts: Iterable[Words]) -> Structure:
        return accepting(structure, texts)

    def parse(self, structure: Structure, raw: Any) -> Response:
        return text_in(raw, LONGEST_ANSWER)

    def draft(self, structure: Structure, raw: Any) -> Response:
        return first_text(raw, LONGEST_ANSWER)

    def mark(self, structure: Structure, response: Response) -> Credit:
        """What the best accepted answer earns that the response matches.

        >>> accept = [{"text": "при*зжий", "credit": "0.5"}, {"text": "беженец"}, {"text": "бежанец"}]
        >>> [ShortAnswer().mark({"accept": accept}, each).part for each in (" Беженец ", "приезжий", "гость")]
        [Fraction(1, 1), Fraction(1, 2), Fraction(0, 1)]
        """
        if response is None:
            return NOT_ANSWERED
        best = _best_for(structure, structure.get("accept", []), response)
        if best is None:
            return Credit(NOTHING, "none of the accepted answers")
        return Credit(credit_of(best), f"as accepted: {best['text']}")

    def key(self, structure: Structure) -> Response:
        return best_of(structure.get("accept") or [])

    def readable(self, structure: Structure, words: Words, response: Response) -> str:
        return "" if response is None else str(response)

    def readable_key(self, structure: Structure, words: Words) -> str:
        return best_of(words.get("accept") or structure.get("accept") or []) or ""

    def said(self, structure: Structure, words: Words, response: Response) -> str:
        """The feedback of the best accepted answer that the response matches, in the language of the words.

        >>> words = {"accept": [{"text": "refugee"}, {"text": "migrant*", "credit": 0, "feedback": "Not each one."}]}
        >>> ShortAnswer().said({}, words, "Migrants")
        'Not each one.'
        """
        accept = [*(words.get("accept") or []), *(structure.get("accept") or [])]
        best = _best_for(structure, accept, response) if isinstance(response, str) else None
        return str((best or {}).get("feedback") or "")

    def typed(self, response: Response) -> str:
        return "" if response is None else str(response)


def _best_for(rules: Structure, accept: Sequence[Mapping[str, Any]], response: str) -> Mapping[str, Any] | None:
    """The accepted answer that earns most among those a response matches, of equals the first; None when none does."""
    hits = [each for each in accept if matches(rules, str(each["text"]), response)]
    return max(hits, key=credit_of) if hits else None


def text_in(raw: Any, longest: int) -> str | None:
    """Return the text of an answer without space around it; None for nothing, AnswerError for anything else."""
    value = single(raw)
    if value is None:
        return None
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise AnswerError(_("The answer is a text. Load the page again and write it once more."))
    # Half of a pair of surrogates, which JSON can carry, could be stored and never be shown.
    text = str(value).encode(errors="replace").decode().replace("\x00", "").strip()
    if len(text) > longest:
        raise AnswerError(
            _("This answer is too long: %(length)s characters, and %(longest)s are possible.")
            % {"length": len(text), "longest": longest}
        )
    return text or None


def check_accepted(accept: Any) -> None:
    """Raise QuestionError unless these are accepted answers of which at least one earns everything."""
    if not isinstance(accept, list) or not accept or not all(isinstance(each, Mapping) for each in accept):
        raise QuestionError(_("A short answer needs at least one accepted answer in each language."))
    if any(not folded({}, str(each.get("text") or "")) for each in accept):
        raise QuestionError(_("An accepted answer is empty."))
    if any(len(_written_out(str(each["text"]))) > LONGEST_ANSWER for each in accept):
        raise QuestionError(_("An accepted answer is too long: at most 200 characters can be typed."))
    if max(credit_of(each) for each in accept) < ALL:
        raise QuestionError(_("No accepted answer earns everything."))


def accepting(structure: Structure, texts: Iterable[Words]) -> Structure:
    """Return the structure with what the words of several languages accept."""
    own = list(structure.get("accept") or [])
    return {**structure, "accept": [*own, *(each for words in texts for each in words.get("accept") or [])]}


def credit_of(accepted: Mapping[str, Any]) -> Fraction:
    """Return what an accepted answer earns, exactly; everything when it does not say."""
    try:
        return bounded(part_in(accepted.get("credit", 1)))
    except ValueError as error:
        raise QuestionError(_("What an accepted answer earns is a number from 0 to 1.")) from error


def best_of(accept: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the accepted answer that earns most, of equals the first, as somebody would write it."""
    if not accept:
        return None
    return _written_out(str(max(accept, key=credit_of)["text"]))


def _written_out(pattern: str) -> str:
    """The shortest answer that a pattern accepts."""
    return " ".join(pattern.replace("\\*", STAR).replace("*", "").replace(STAR, "*").split())


def folded(rules: Structure, text: str) -> str:
    """Return a text with everything folded that makes no difference."""
    text = " ".join(normalize("NFC", text).translate(SAME).split())
    text = text.casefold() if rules.get("ignore_case", True) else text
    return text.translate(YO) if rules.get("ignore_yo", True) else text


def matches(rules: Structure, pattern: str, text: str) -> bool:
    r"""Whether a text is what the pattern says, in one pass whatever the pattern is.

    >>> [matches({}, "ре*ент*", each) for each in ("Регент", "ресентимент", "рента")]
    [True, True, False]
    >>> matches({}, r"5 \* 3", "5  *  3"), matches({"ignore_yo": False}, "учёт", "учет")
    (True, False)
    """
    first, *others = folded(rules, pattern.replace("\\*", STAR)).split("*")
    pieces = [each.replace(STAR, "*") for each in (first, *others)]
    given = folded(rules, text)
    if len(pieces) == 1:
        return given == pieces[0]
    return _in_turn(given, pieces[0], pieces[1:-1], pieces[-1])


def _in_turn(text: str, first: str, between: Sequence[str], last: str) -> bool:
    """Whether a text begins with one piece, ends with another and has the rest between them, one after the other."""
    end = len(text) - len(last)
    if not text.startswith(first) or not text.endswith(last) or end < len(first):
        return False
    place = len(first)
    for piece in between:
        found = text.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return True
