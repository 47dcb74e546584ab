"""Moodle's embedded answers."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.formats.item import Answer, Gap, Text, TextFormat
from assessments.formats.moodle.cloze import Gapped, absolute_tolerance, read_gaps, write_gaps
from core.errors import FormatError
from tests.assessments.formats.strategies import items

ONE, HALF, ZERO = Fraction(1), Fraction(1, 2), Fraction(0)


def plain(text, fraction=ZERO, feedback="", tolerance=""):
    return Answer(Text(text), fraction, Text(feedback), tolerance)


def only_gap(source):
    return read_gaps(Text(source, TextFormat.HTML), 1).gaps[0]


def test_a_text_keeps_its_words_and_its_gaps_get_names_in_their_order():
    source = Text(
        "<p>{2:SHORTANSWER:=Minsk#yes~%50%Brest#nearly~*#no} lies<br>\n{:NM:=53.9:0.1~%50%54:0.5#Rounded} north.</p>",
        TextFormat.HTML,
    )

    assert read_gaps(source, 7) == Gapped(
        Text("<p>[[g1]] lies<br>\n[[g2]] north.</p>", TextFormat.HTML),
        (
            Gap(
                "g1",
                "short_answer",
                (plain("Minsk", ONE, "yes"), plain("Brest", HALF, "nearly"), plain("*", ZERO, "no")),
                weight=2,
            ),
            Gap(
                "g2",
                "numerical",
                (plain("53.9", ONE, tolerance="0.1"), plain("54", HALF, "Rounded", "0.5")),
            ),
        ),
        (),
    )


@pytest.mark.parametrize("name", ["SHORTANSWER", "SA", "MW"])
def test_the_names_of_a_short_answer(name):
    assert only_gap(f"{{:{name}:=a}}") == Gap("g1", "short_answer", (plain("a", ONE),))


@pytest.mark.parametrize("name", ["SHORTANSWER_C", "SAC", "MWC"])
def test_the_names_of_a_short_answer_whose_capitals_count(name):
    assert only_gap(f"{{1:{name}:=a}}") == Gap("g1", "short_answer", (plain("a", ONE),), case_sensitive=True)


@pytest.mark.parametrize("name", ["NUMERICAL", "NM"])
def test_the_names_of_a_number(name):
    assert only_gap(f"{{1:{name}:=4,50}}") == Gap("g1", "numerical", (plain("4.50", ONE, tolerance="0"),))


@pytest.mark.parametrize(
    "name",
    [
        *("MULTICHOICE", "MULTICHOICE_V", "MULTICHOICE_H", "MULTICHOICE_S", "MULTICHOICE_VS", "MULTICHOICE_HS"),
        *("MC", "MCV", "MCH", "MCS", "MCVS", "MCHS"),
    ],
)
def test_the_names_of_a_choice(name):
    assert only_gap(f"{{1:{name}:a~=b}}") == Gap("g1", "single_choice", (plain("a"), plain("b", ONE)))


@pytest.mark.parametrize(
    "name", ["MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH", "MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "REGEXP"]
)
def test_other_types_are_refused_by_name_and_line(name):
    with pytest.raises(FormatError) as caught:
        read_gaps(Text(f"One\ntwo {{1:{name}:=a~b}}"), 10)

    assert (caught.value.message, caught.value.line) == (f"A gap of the type {name} cannot be taken over.", 11)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\}b", "a}b"),
        (r"a\#b", "a#b"),
        (r"a\~b", "a~b"),
        (r"a\/b", "a/b"),
        (r"a\"b", 'a"b'),
        (r"a\\", "a\\"),
        (r"a\b", r"a\b"),
        ("a&#39;s &amp; &quot;b&quot; &lt; c", 'a\'s & "b" < c'),
        ("a&amp;#b", "a&#b"),
        ("R&D &copy", "R&D &copy"),
        ("&nbsp;a\n", "a"),
        ("two\nlines", "two\nlines"),
        (r"5 \* 3*", r"5 \* 3*"),
    ],
)
def test_escapes_and_entities_are_read_as_what_they_stand_for(written, meant):
    assert only_gap(f"{{1:SA:={written}}}").answers == (plain(meant, ONE),)


def test_escapes_and_entities_are_read_in_feedback_too():
    assert only_gap(r"{1:SA:=a#Look &gt; &quot;here\}&quot; \~ # &amp; there}").answers == (
        plain("a", ONE, 'Look > "here}" ~ # & there'),
    )


def test_markup_stays_markup():
    gap = only_gap("{1:MC:=<b>a</b> &lt; c#See <a href='x'>it</a>~&lt;i&gt;b&lt;/i&gt;~1 &lt; 2}")

    assert gap.answers == (
        Answer(Text("<b>a</b> < c", TextFormat.HTML), ONE, Text("See <a href='x'>it</a>", TextFormat.HTML)),
        Answer(Text("<i>b</i>", TextFormat.HTML)),
        Answer(Text("1 < 2")),
    )


def test_a_gap_may_take_several_lines():
    source = "{1:MULTICHOICE:\nwrong#\nNo~\n%33.33333%nearly\n~=right\n~}"

    assert only_gap(source).answers == (plain("wrong", ZERO, "No"), plain("%33.33333%nearly"), plain("right", ONE))


def test_shares_are_exact_and_a_comma_is_a_decimal_sign():
    gap = only_gap("{1:MC:%33.33333%a~%66,667%b~%100%c~%0%=d}")

    assert gap.answers == (plain("a", Fraction(1, 3)), plain("b", Fraction(2, 3)), plain("c", ONE), plain("=d"))


def test_an_answer_that_took_marks_away_earns_nothing_and_is_told():
    gapped = read_gaps(Text("{1:MC:=a~%-50%b}"), 1)

    assert gapped.gaps == (Gap("g1", "single_choice", (plain("a", ONE), plain("b"))),)
    assert gapped.warnings == ("An answer in a gap took marks away; here it earns nothing.",)


def test_braces_and_brackets_of_the_author_are_no_gaps():
    source = r"{x} {1:OTHER:=a} {1:sa:=b} [[1]] {1:SA:=c} \({1\over 2}\) [[wiki]]"

    assert read_gaps(Text(source, TextFormat.HTML), 1).text.text == (
        r"{x} {1:OTHER:=a} {1:sa:=b} &#91;[1]] [[g1]] \({1\over 2}\) &#91;[wiki]]"
    )
    assert read_gaps(Text(source), 1).text.text == (
        r"{x} {1:OTHER:=a} {1:sa:=b} [ [1]] [[g1]] \({1\over 2}\) [ [wiki]]"
    )


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("No gap", 5, "no gap"),
        ("\n{1:SA:=a#b", 6, "not closed"),
        ("{1:SA:a}", 5, "earns everything"),
        ("{1:SA:}", 5, "earns everything"),
        ("{1:MC:=a}", 5, "two options"),
        ("{0:SA:=a}", 5, "from 1 to 100"),
        ("{101:SA:=a}", 5, "from 1 to 100"),
        ("{1:SA:=a}\n{1:NM:=five}", 6, "“five” is not a number"),
        ("{1:NM:=5:-1}", 5, "never below 0"),
        ("{1:NM:=1e99}", 5, "too long"),
        ("{1:SA:=a~%120%b}", 5, "-100 to 100"),
        ("{1:SA:=a}" * 41, 5, "40 gaps"),
        ("{1:SA:" + "=a~" * 501 + "}", 5, "too many answers"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(source, line, words):
    with pytest.raises(FormatError) as caught:
        read_gaps(Text(source), 5)

    assert (words in caught.value.message, caught.value.line) == (True, line)


@pytest.mark.parametrize(
    ("value", "per_cent", "absolute"),
    [("-40", "5", "2"), ("0.3", "0.1", "0.0003"), ("50", "33", "16.5"), ("0", "10", "0")],
)
def test_a_tolerance_in_per_cent_is_written_as_a_distance(value, per_cent, absolute):
    assert absolute_tolerance(Answer(Text(value), tolerance=per_cent, relative=True)) == absolute


def test_gaps_are_written_as_every_version_of_moodle_reads_them():
    gaps = (
        Gap("a", "short_answer", (plain("x}#~\\&<b", ONE), plain("*", ZERO, "1 < 2")), case_sensitive=True),
        Gap("b", "single_choice", (Answer(Text("<i>=</i>", TextFormat.HTML), ONE), plain("%0%", Fraction(1, 3))), 3),
        Gap("c", "numerical", (Answer(Text("200"), ONE, tolerance="1", relative=True), plain("*"))),
    )

    assert write_gaps(Text("[[b]] [[a]] [[c]] [[d]]"), gaps) == (
        "{3:MULTICHOICE_S:=<i>=</i>~%33.33333%%0%} "
        "{1:SHORTANSWER_C:=x&#125;&#35;&#126;&#92;&#38;&#60;b~%0%*#1 &#38;lt; 2} "
        "{1:NUMERICAL:=200:2~%0%*} [[d]]"
    )


@given(items(["gap_fill"]))
def test_gaps_come_back_as_they_were_written(item):
    written = write_gaps(item.text, item.gaps)

    assert read_gaps(Text(written), 1) == Gapped(item.text, item.gaps, ())


@given(st.text(st.sampled_from("{}:=~#%\\&;[]*1-,.aSAMCN \n"), max_size=80))
def test_whatever_stands_in_a_text_it_is_read_or_refused(noise):
    with suppress(FormatError):
        assert read_gaps(Text("{1:SA:=a" + noise + "} {1:MC:" + noise, TextFormat.HTML), 1).gaps
