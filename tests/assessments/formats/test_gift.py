import doctest
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.formats import category_paths, gift, question_names, text_files
from assessments.formats.item import NO_TEXT, Answer, Criterion, Item, Pair, Problem, Reading, Text
from assessments.formats.item import TextFormat as Written
from core.errors import FormatError
from tests.assessments.formats.strategies import items

HALF, ONE = Fraction(1, 2), Fraction(1)


def moodle(text):
    return Text(text, Written.MOODLE)


def right(text, fraction=ONE, feedback=NO_TEXT):
    return Answer(moodle(text), fraction, feedback)


def wrong(text, feedback=NO_TEXT):
    return Answer(moodle(text), feedback=feedback)


def accepted(text, fraction=ONE, feedback=NO_TEXT, tolerance=""):
    return Answer(Text(text), fraction, feedback, tolerance)


def read(text):
    return gift.read(text.encode())


def only(text):
    """The one question of a file in which nothing is wrong."""
    reading = read(text)
    assert reading.errors == []
    (item,) = reading.items
    return item


class TestChoices:
    def test_one_is_right_where_one_has_the_sign_for_it(self):
        assert only("Who keeps the card?{~the clinic ~the employer =the patient}") == Item(
            "single_choice",
            moodle("Who keeps the card?"),
            name="Who keeps the card?",
            answers=(wrong("the clinic"), wrong("the employer"), right("the patient")),
        )

    def test_options_say_why_and_what_they_earn(self):
        item = only("Where is help? {\n~Far away#Look again.\n~%50%Near # Almost!\n=Here#Yes, here.\n}")

        assert item.answers == (
            wrong("Far away", moodle("Look again.")),
            right("Near", HALF, moodle("Almost!")),
            right("Here", ONE, moodle("Yes, here.")),
        )

    def test_several_are_right_where_none_has_the_sign_for_it(self):
        item = only("Which two? {~Nobody ~%50%Nurse ~%50%Doctor ~%-33.33333%Judge}")

        assert (item.type, item.answers) == (
            "multiple_response",
            (wrong("Nobody"), right("Nurse", HALF), right("Doctor", HALF), right("Judge", Fraction(-1, 3))),
        )

    def test_one_right_option_of_a_hundred_per_cent_can_be_chosen_beside_others(self):
        item = only("Which? {~%100%Nurse ~%-100%Judge}")

        assert (item.type, [each.fraction for each in item.answers]) == ("multiple_response", [1, -1])

    @pytest.mark.parametrize("text", ["Pick {=%50%half =all ~no}", "Pick {~= a = %50% half}", "Pick {=a ~%50%half ~}"])
    def test_signs_and_shares_that_people_mix_up_are_understood(self, text):
        item = only(text)

        assert item.type == "single_choice"
        assert {each.fraction for each in item.answers} - {0} == {HALF, ONE}

    def test_a_share_may_be_written_with_a_comma(self):
        assert only("Which? {~%33,333%a ~%66,667%b}").answers == (
            right("a", Fraction(1, 3)),
            right("b", Fraction(2, 3)),
        )

    def test_a_per_cent_inside_an_answer_is_text(self):
        assert only("How many? {=about %50% of us ~100%}").answers == (right("about %50% of us"), wrong("100%"))


class TestTrueAndFalse:
    @pytest.mark.parametrize("key", ["T", "TRUE", "true", " T "])
    def test_true(self, key):
        item = only(f"Every child has a right to care.{{{key}}}")

        assert (item.type, item.answers) == ("true_false", (accepted("true"), accepted("false", Fraction(0))))

    def test_what_is_said_to_the_wrong_answer_stands_before_what_is_said_to_the_right_one(self):
        item = only("Care costs money.{FALSE#It is free.#Right, it is free.####Article 25}")

        assert item.answers == (
            accepted("true", Fraction(0), moodle("It is free.")),
            accepted("false", ONE, moodle("Right, it is free.")),
        )
        assert item.general_feedback == moodle("Article 25")

    def test_only_the_right_answer_may_have_feedback(self):
        assert only("Water is wet.{T##Well done}").answers == (
            accepted("true", ONE, moodle("Well done")),
            accepted("false", Fraction(0)),
        )


class TestTypedAnswers:
    def test_short_answers_earn_everything_or_what_they_say(self):
        item = only("Who fled? {=refugee =%50%migrant*#Too wide. =%0%*#No.}")

        assert (item.type, item.answers) == (
            "short_answer",
            (
                accepted("refugee"),
                accepted("migrant*", HALF, moodle("Too wide.")),
                accepted("*", Fraction(0), moodle("No.")),
            ),
        )

    def test_an_accepted_answer_may_stand_without_a_sign(self):
        assert only("Capital? {Minsk}").answers == (accepted("Minsk"),)

    def test_an_asterisk_that_means_itself_keeps_its_backslash(self):
        assert only("Sign? {=5 \\* 3}").answers == (accepted("5 \\* 3"),)

    @pytest.mark.parametrize(
        ("inside", "value", "tolerance"),
        [
            ("#1822", "1822", "0"),
            ("#1822:5", "1822", "5"),
            ("# 3.14 : 0.05 ", "3.14", "0.05"),
            ("#=3,14:0,05", "3.14", "0.05"),
            ("#3.141..3.142", "3.1415", "0.0005"),
            ("#3..5", "4", "1"),
            ("#-5..-2", "-3.5", "1.5"),
            ("#5..3", "4", "1"),
            ("#-1e2:1e-1", "-100", "0.1"),
            ("#=%100%7\\:1", "7", "1"),
        ],
    )
    def test_a_number_has_a_tolerance_or_is_the_middle_of_a_range(self, inside, value, tolerance):
        item = only(f"How much? {{{inside}}}")

        assert (item.type, item.answers) == ("numerical", (accepted(value, tolerance=tolerance),))

    @pytest.mark.parametrize("last", ["~ Too far.", "~#Too far.", "=%0%*#Too far."])
    def test_numbers_earn_less_further_away_and_others_hear_why(self, last):
        item = only(f"When was the convention signed? {{#\n=1951:0#Exactly!\n=%50%1951:2 # Close.\n{last}\n}}")

        assert item.answers == (
            accepted("1951", ONE, moodle("Exactly!"), "0"),
            accepted("1951", HALF, moodle("Close."), "2"),
            accepted("*", Fraction(0), moodle("Too far.")),
        )


class TestOtherTypes:
    def test_matching_has_lines_and_answers_that_fit_no_line(self):
        item = only("[html]Match.{\n= <b>Nurse</b> -> Ward\n=[plain]Doctor->Room\n= -> Garden\n=Cook -> Ward\n}")

        assert (item.type, item.pairs) == (
            "matching",
            (
                Pair(Text("<b>Nurse</b>", Written.HTML), Text("Ward")),
                Pair(Text("Doctor"), Text("Room")),
                Pair(NO_TEXT, Text("Garden")),
                Pair(Text("Cook", Written.HTML), Text("Ward")),
            ),
        )

    @pytest.mark.parametrize(("text", "feedback"), [("Tell us. {}", NO_TEXT), ("Tell us. { ####Thanks }", "Thanks")])
    def test_nothing_in_the_braces_is_an_essay(self, text, feedback):
        item = only(text)

        assert (item.type, item.stem, item.answers) == ("essay", moodle("Tell us."), ())
        assert item.general_feedback == (moodle(feedback) if feedback else NO_TEXT)

    def test_no_braces_are_a_description(self):
        assert only("Read this\nbefore you begin.") == Item(
            "description", moodle("Read this\nbefore you begin."), name="Read this before you begin."
        )


class TestTexts:
    def test_text_behind_the_braces_makes_them_a_missing_word(self):
        assert only("A patient has {=rights ~no rights} at any age.").stem == moodle("A patient has _____ at any age.")

    def test_signs_behind_a_backslash_mean_themselves(self):
        item = only("Is \\{a\\: b\\} \\~ 2\\n\\\\n? {=\\=\\# yes#no \\= no ~\\\\ \\a}")

        assert (item.stem, item.answers) == (
            moodle("Is {a: b} ~ 2\n\\n?"),
            (right("=# yes", ONE, moodle("no = no")), wrong("\\ \\a")),
        )

    def test_texts_take_the_format_of_the_question_unless_they_name_their_own(self):
        item = only("::N::[markdown]**Who?**{=I#[plain]yes ~[html]<i>you</i>#no ~[other]we####[moodle]end}")

        assert item == Item(
            "single_choice",
            Text("**Who?**", Written.MARKDOWN),
            name="N",
            answers=(
                Answer(Text("I", Written.MARKDOWN), ONE, Text("yes")),
                Answer(Text("<i>you</i>", Written.HTML), feedback=Text("no", Written.MARKDOWN)),
                Answer(Text("[other]we", Written.MARKDOWN)),
            ),
            general_feedback=moodle("end"),
        )

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("::Card \\:\\: 1::Who?{}", "Card :: 1"),
            ("::Two\nlines:: Who?{}", "Two lines"),
            ("Who?{}", "Who?"),
            ("::::Who?{}", "Who?"),
            ("::Who?{}", "Who?"),
            ("[html]<p>Who&nbsp;is <b>there</b>?</p>{}", "Who is there ?"),
            ("word " * 30 + "{}", "word " * 15 + "word…"),
        ],
    )
    def test_a_name_stands_between_colons_or_is_the_first_words(self, text, name):
        assert only(text).name == name

    def test_second_braces_stay_in_the_text(self):
        item = only("One {=a ~b} and {=c ~d}.")

        assert item.stem == moodle("One _____ and {=c ~d}.")
        assert item.warnings == ("Only the first braces hold the answer; the others stand in the text.",)


class TestFiles:
    def test_empty_lines_part_questions_and_comments_are_passed_over(self):
        reading = read(
            "\n// About cards\n\n// First\nOne? {\n// inside\n=a#x\n//{\n~b\n}\n\n\n//\nTwo? {T}\r\n\r\nThree\n"
        )

        assert [(each.stem.text, each.line) for each in reading.items] == [("One?", 5), ("Two?", 14), ("Three", 16)]
        assert reading.items[0].answers == (right("a", ONE, moodle("x")), wrong("b"))
        assert reading.errors == []

    def test_a_comment_may_hold_a_code_and_tags(self):
        item = only("// question: 7 [id:card-1] [tag:first aid]\n// [tag:a \\] b][tag:first aid] [tag: [tag:c\nText {}")

        assert (item.identifier, item.tags) == ("card-1", ("first aid", "a ] b"))

    @pytest.mark.parametrize(
        ("line", "category"),
        [
            ("$CATEGORY: $course$/top/Health/First aid", ("Health", "First aid")),
            ("$CATEGORY: $module$/top", ()),
            ("$CATEGORY:$system$/Health", ("Health",)),
            ("$CATEGORY: top/Health // care/ Aid ", ("Health / care", "Aid")),
            ("$CATEGORY: Здароўе", ("Здароўе",)),
            ("// [tag:x]\n$CATEGORY: A\n\n$CATEGORY: B", ("B",)),
        ],
    )
    def test_a_category_holds_for_all_questions_behind_it(self, line, category):
        reading = read(f"Before {{}}\n\n{line}\n\nOne {{}}\n\nTwo {{}}")

        assert [each.category for each in reading.items] == [(), category, category]

    def test_a_question_may_follow_its_category_without_an_empty_line(self):
        item = only("$CATEGORY: A\n// [tag:x]\nOne {}")

        assert (item.category, item.stem, item.tags, item.line) == (("A",), moodle("One"), ("x",), 3)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
    def test_files_come_in_the_encodings_of_people_here(self, encoding):
        content = "Хто такі ўцякач?{=бежанец ~госць}".encode(encoding)

        assert gift.read(content).items[0].answers == (right("бежанец"), wrong("госць"))

    def test_what_is_no_text_is_refused(self):
        with pytest.raises(FormatError) as refused:
            gift.read(b"\x89PNG\x00")

        assert refused.value.message == "This is not a text file in UTF-8 or windows-1251."


BRACE = "A brace has no partner before the next empty line. A brace that means itself is written \\{ or \\}."


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Who?\n{=a ~b", 2, BRACE),
        ("Who?\n=a ~b\n}", 3, BRACE),
        ("} Who? {", 1, BRACE),
        ("Who? {\n=a\n~%150%b}", 3, "An answer earns -100 to 100, not 150."),
        ("Who? {#}", 1, "The question has no answers."),
        ("Who? {=}", 1, "The question has no answers."),
        ("Who? {#\n=1\n=many}", 3, "“many” is not a number."),
        ("Who? {#1:x}", 1, "“x” is not a number."),
        ("Who? {#1:-2}", 1, "A tolerance is never below 0."),
        ("Who? {#1..x}", 1, "“x” is not a number."),
        ("Match {\n=a -> b\n\n=c -> d}", 1, BRACE),
        ("Match {\n=a -> b\n=c}", 3, "A line of a matching question has the form “=text -> answer”."),
        ("Match {\n=a -> b\n// c\n=c ->}", 4, "A line of the matching question has no answer."),
        ("Who? {" + "=a " * 501 + "}", 1, "A question has more than 500 answers."),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_the_next_question_is_read(text, line, message):
    reading = read(f"{text}\n\nNext {{}}")

    assert reading.errors[0] == Problem(line, message)
    assert reading.items == [Item("essay", moodle("Next"), name="Next")]


def test_a_file_with_more_questions_than_are_taken_over_is_refused():
    with pytest.raises(FormatError) as refused:
        read("Read this.\n\n" * 20_001)

    assert refused.value.message == "The file has more than 20,000 questions. Split it into smaller ones."


@pytest.mark.parametrize("module", [category_paths, question_names, text_files])
def test_worked_examples_hold(module):
    assert doctest.testmod(module).failed == 0


class TestWriting:
    def test_every_text_has_its_format_and_every_answer_its_line(self):
        item = Item(
            "single_choice",
            Text("2 = 2?\nSay:", Written.PLAIN),
            name="Q: 1",
            answers=(
                Answer(Text("<b>yes</b>", Written.HTML), ONE, Text("{good}")),
                Answer(Text("no")),
                Answer(Text("half"), Fraction(1, 3)),
            ),
            general_feedback=Text("*end*", Written.MARKDOWN),
            category=("Health", "Care/help"),
            tags=("a]b", "c\\"),
            identifier="q-1",
        )

        assert gift.write([item, replace(item, category=())]).decode() == (
            "$CATEGORY: $course$/top/Health/Care//help\n\n"
            + QUESTION
            + "\n\n$CATEGORY: $course$/top\n\n"
            + QUESTION
            + "\n\n"
        )

    def test_a_tolerance_in_per_cent_becomes_one_in_numbers(self):
        item = Item(
            "numerical", Text("?"), name="N", answers=(Answer(Text("-40"), ONE, tolerance="2.5", relative=True),)
        )

        assert read(gift.write([item]).decode()).items == [
            replace(item, answers=(accepted("-40", tolerance="1"),)),
        ]

    def test_what_gift_cannot_say_is_told(self):
        item = Item(
            "single_choice",
            Text("?"),
            answers=(Answer(Text("a"), HALF, last=True), Answer(Text("b"), Fraction(1, 29))),
            case=Text("Ms K. …"),
            unit="mg",
            case_sensitive=True,
            model_answer=Text("So"),
            hints=(Text("Think"),),
            criteria=(Criterion(Text("clear"), 2),),
            files={"card.png": b"\x89PNG"},
        )

        assert gift.lost(item) == [
            "Hints are left out.",
            "The situation to read first is left out.",
            "The unit is left out.",
            "Pictures are left out.",
            "That capitals or ё count is left out.",
            "That options keep their places is left out.",
            "What markers look at is left out.",
            "No option earns everything, so several can be chosen.",
            "What an answer earns is rounded to five decimals of a per cent.",
        ]

    @pytest.mark.parametrize(
        ("item", "sentence"),
        [
            (Item("description", Text("?"), general_feedback=Text("x")), "The feedback is left out."),
            (Item("short_answer", Text("?"), answers=(accepted("a->b"),)), "The signs “->” become an arrow."),
            (Item("matching", Text("?"), pairs=(Pair(Text("a->b"), Text("c")),)), "The signs “->” become an arrow."),
            (
                Item("matching", Text("?"), pairs=(Pair(Text("a"), Text("<b>c</b>", Written.HTML)),)),
                "The answers of a matching question become plain text.",
            ),
            (Item("ordering", Text("?"), order=(Text("a"), Text("b"))), "GIFT has no questions of this type."),
        ],
    )
    def test_what_gift_cannot_say_of_a_type_is_told(self, item, sentence):
        assert gift.lost(item) == [sentence]

    def test_a_type_that_gift_does_not_have_is_refused(self):
        with pytest.raises(FormatError) as refused:
            gift.write([Item("ordering", Text("?"), order=(Text("a"), Text("b")))])

        assert refused.value.message == "GIFT has no questions of this type."

    def test_an_arrow_in_a_short_answer_does_not_make_it_another_question(self):
        item = Item("short_answer", Text("?"), name="N", answers=(accepted("a->b"), accepted("c", HALF, Text("->"))))

        assert read(gift.write([item]).decode()).items == [
            replace(item, answers=(accepted("a→b"), accepted("c", HALF, Text("→"))))
        ]


QUESTION = (
    "// [id:q-1] [tag:a\\]b] [tag:c\\ ]\n"
    "::Q\\: 1::[plain]2 \\= 2?\\nSay\\:{\n"
    "\t=[html]<b>yes</b>#[plain]\\{good\\}\n"
    "\t~[plain]no\n"
    "\t~%33.33333%[plain]half\n"
    "\t####[markdown]*end*\n"
    "}"
)


def kept(item):
    """The question without what GIFT never carries."""
    general = NO_TEXT if item.type == "description" else item.general_feedback
    return replace(item, hints=(), general_feedback=general)


@settings(max_examples=80)
@given(st.lists(items(gift.CARRIES, rich=True, catch_all=True).map(kept), max_size=2))
def test_what_is_written_is_read_again(questions):
    written = [each for each in questions if not gift.lost(each)]

    assert gift.read(gift.write(written)) == Reading(written)


@settings(max_examples=40)
@given(st.lists(items(gift.CARRIES, rich=True, extras=True), min_size=1, max_size=2))
def test_whatever_is_lost_a_question_keeps_its_type_and_what_answers_earn(questions):
    reading = gift.read(gift.write(questions))

    assert reading.errors == []
    assert [(each.type, each.identifier, [answer.fraction for answer in each.answers]) for each in reading.items] == [
        (each.type, each.identifier, [answer.fraction for answer in each.answers]) for each in questions
    ]


@settings(max_examples=100)
@given(
    st.binary()
    | st.text().map(str.encode)
    | st.lists(
        st.sampled_from(
            ["{", "}", "~", "=", "#", "->", "%50%", "\n", "\n\n", "::", "//", "\\", "1", "..", "T", "[html]"]
        )
    )
    .map("".join)
    .map(str.encode)
)
def test_whatever_comes_is_read_or_refused(content):
    try:
        reading = gift.read(content)
    except FormatError:
        return
    assert all(each.message and each.line > 0 for each in reading.errors)
