"""Reading QTI 1.2 as Canvas, Common Cartridge and other programs write it."""

import io
import zipfile
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.formats.item import Answer, Gap, Pair, Reading, Text, TextFormat
from assessments.formats.qti12 import read
from assessments.formats.to_bank import banked
from core.errors import FormatError

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
CANVAS = 'xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"'
OUTCOMES = '<outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'


def file_of(*items, title="Health", kind="assessment"):
    section = "".join(items)
    inside = f'<section ident="root_section">{section}</section>' if kind == "assessment" else section
    return f'<questestinterop {CANVAS}><{kind} ident="a1" title="{title}">{inside}</{kind}></questestinterop>'.encode()


def item(body, title="Q", **metadata):
    fields = "".join(
        f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{entry}</fieldentry></qtimetadatafield>"
        for label, entry in metadata.items()
    )
    head = f"<itemmetadata><qtimetadata>{fields}</qtimetadata></itemmetadata>"
    return f'<item ident="i1" title="{title}">{head}{body}</item>'


def canvas(kind, body, title="Q"):
    return item(body, title, question_type=kind, points_possible="2.0", original_answer_ids="1,2")


def cartridge(profile, body, title="Q"):
    return item(body, title, cc_profile=f"{profile}.v0p1")


def words(text, texttype="text/plain"):
    return f'<material><mattext texttype="{texttype}">{text}</mattext></material>'


def choices(options, ident="response1", cardinality="Single", label="", attributes=""):
    labels = "".join(f'<response_label ident="{name}">{words(text)}</response_label>' for name, text in options.items())
    head = f'ident="{ident}" rcardinality="{cardinality}"'
    return f"<response_lid {head}>{label}<render_choice {attributes}>{labels}</render_choice></response_lid>"


def typed(ident="response1", fibtype=""):
    fib = f' fibtype="{fibtype}"' if fibtype else ""
    return (
        f'<response_str ident="{ident}" rcardinality="Single"><render_fib{fib}>'
        '<response_label ident="answer1" rshuffle="No"/></render_fib></response_str>'
    )


def equal(value, ident="response1", **attributes):
    more = "".join(f' {name}="{each}"' for name, each in attributes.items())
    return f'<varequal respident="{ident}"{more}>{value}</varequal>'


def rule(condition, score=None, action="Set", feedback="", goes_on=""):
    scored = f'<setvar action="{action}" varname="SCORE">{score}</setvar>' if score is not None else ""
    shown = f'<displayfeedback feedbacktype="Response" linkrefid="{feedback}"/>' if feedback else ""
    going = f' continue="{goes_on}"' if goes_on else ""
    return f"<respcondition{going}><conditionvar>{condition}</conditionvar>{scored}{shown}</respcondition>"


def said(ident, text):
    return f'<itemfeedback ident="{ident}"><flow_mat>{words(text, "text/html")}</flow_mat></itemfeedback>'


def body(*presented, rules=(), feedback=(), outcomes=OUTCOMES):
    marked = f"<resprocessing>{outcomes}{''.join(rules)}</resprocessing>" if rules else ""
    return f"<presentation>{''.join(presented)}</presentation>{marked}{''.join(feedback)}"


def only(content):
    """The one question in a file, which the bank could keep."""
    reading = read(content)
    assert reading.errors == []
    [found] = reading.items
    banked(found, "en")
    return found


def refused(content):
    reading = read(content)
    assert reading.items == []
    return [(each.line, each.message) for each in reading.errors]


def plain(*answers):
    return tuple(Answer(Text(text), Fraction(fraction)) for text, fraction in answers)


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return stream.getvalue()


THREE = {"11": "Geneva", "12": "Minsk", "13": "Oslo"}
STEM = words("&lt;div&gt;&lt;p&gt;Where?&lt;/p&gt;&lt;/div&gt;", "text/html")
SINGLE = canvas(
    "multiple_choice_question",
    body(
        STEM,
        choices(THREE),
        rules=[
            rule("<other/>", feedback="general_fb", goes_on="Yes"),
            rule(equal("12"), feedback="12_fb", goes_on="Yes"),
            rule(equal("11"), 100, feedback="correct_fb", goes_on="No"),
            rule("<other/>", feedback="general_incorrect_fb", goes_on="Yes"),
        ],
        feedback=[
            said("general_fb", "See lesson 1."),
            said("correct_fb", "Yes!"),
            said("general_incorrect_fb", "No."),
            said("12_fb", "A branch."),
        ],
    ),
)


# Canvas


def test_a_single_choice_of_canvas_with_all_its_feedback():
    found = only(file_of(SINGLE))
    assert (found.type, found.name, found.category) == ("single_choice", "Q", ("Health",))
    assert found.stem == Text("<p>Where?</p>", TextFormat.HTML)
    assert [(each.text.text, each.fraction, each.feedback.text) for each in found.answers] == [
        ("Geneva", 1, "Yes!"),
        ("Minsk", 0, "A branch.\nNo."),
        ("Oslo", 0, "No."),
    ]
    assert found.general_feedback.text == "See lesson 1."
    assert (found.line, found.warnings, found.tags, found.identifier) == (1, (), (), "")


@pytest.mark.parametrize(("true", "false"), [("True", "False"), ("Верно", "Неверно"), ("Праўда", "Няпраўда")])
def test_true_or_false(true, false):
    kind = "true_false_question"
    found = only(file_of(canvas(kind, body(STEM, choices({"1": true, "2": false}), rules=[rule(equal("2"), 100)]))))
    assert (found.type, found.answers) == ("true_false", plain(("true", 0), ("false", 1)))


def test_true_or_false_in_other_words_is_a_single_choice():
    kind = "true_false_question"
    found = only(file_of(canvas(kind, body(STEM, choices({"1": "Oui", "2": "Non"}), rules=[rule(equal("1"), 100)]))))
    assert (found.type, found.answers) == ("single_choice", plain(("Oui", 1), ("Non", 0)))


def several(*right):
    parts = [equal(name) if name in right else f"<not>{equal(name)}</not>" for name in THREE]
    return rule(f"<and>{''.join(parts)}</and>", 100, goes_on="No")


def test_multiple_answers_share_the_points_and_a_wrong_one_takes_off_a_share():
    kind = "multiple_answers_question"
    found = only(file_of(canvas(kind, body(STEM, choices(THREE, cardinality="Multiple"), rules=[several("11", "13")]))))
    assert (found.type, found.warnings) == ("multiple_response", ())
    assert found.answers == plain(("Geneva", HALF), ("Minsk", -HALF), ("Oslo", HALF))


def test_short_answers_of_canvas_are_alternatives_and_an_asterisk_is_an_asterisk():
    conditions = equal("refugee") + equal("5 * 2") + equal("refugee")
    kind = "short_answer_question"
    found = only(file_of(canvas(kind, body(STEM, typed(), rules=[rule(conditions, 100)]))))
    assert (found.type, found.case_sensitive) == ("short_answer", False)
    assert found.answers == plain(("refugee", 1), (r"5 \* 2", 1))


def test_feedback_to_short_answers_right_wrong_and_single_ones():
    rules = [
        rule(equal("migrant"), feedback="2_fb", goes_on="Yes"),
        rule(equal("refugee"), 100, feedback="correct_fb"),
        rule("<other/>", feedback="general_incorrect_fb", goes_on="Yes"),
    ]
    told = [said("2_fb", "Too wide."), said("correct_fb", "Yes."), said("general_incorrect_fb", "No.")]
    kind = "short_answer_question"
    found = only(file_of(canvas(kind, body(STEM, typed(), rules=rules, feedback=told))))
    assert [(each.text.text, each.fraction, each.feedback.text) for each in found.answers] == [
        ("refugee", 1, "Yes."),
        ("migrant", 0, "Too wide."),
        ("*", 0, "No."),
    ]


def blank(name, options):
    return choices(options, f"response_{name}", label=f"<material><mattext>{name}</mattext></material>")


def test_blanks_accept_everything_that_canvas_lists():
    stem = words("Roses are [one], violets are [two].")
    rules = [
        rule(equal("1", "response_one"), "50.00", "Add"),
        rule(equal("3", "response_two"), "50.00", "Add"),
    ]
    gaps = [blank("one", {"1": "red", "2": "pink"}), blank("two", {"3": "blue"})]
    found = only(file_of(canvas("fill_in_multiple_blanks_question", body(stem, *gaps, rules=rules))))
    assert (found.type, found.stem, found.text) == ("gap_fill", Text(), Text("Roses are [[one]], violets are [[two]]."))
    assert found.gaps == (
        Gap("one", "short_answer", plain(("red", 1), ("pink", 1))),
        Gap("two", "short_answer", plain(("blue", 1))),
    )
    assert found.warnings == ()


def test_blanks_of_new_quizzes_without_labels_with_markup_and_ways_to_compare():
    marked_up = words("&lt;p&gt;dark&lt;/p&gt;&lt;p&gt;red&lt;/p&gt;", "text/html")
    gap = (
        '<response_lid ident="response_a1"><render_choice>'
        f'<response_label ident="1" scoring_algorithm="TextContainsAnswer" answer_type="openEntry">{words("re*d")}'
        f'</response_label><response_label ident="2">{marked_up}'
        "</response_label></render_choice></response_lid>"
    )
    listed = (
        '<response_lid ident="response_a2"><render_choice>'
        f'<response_label ident="3" answer_type="dropdown">{words("blue")}</response_label>'
        f'<response_label ident="4" answer_type="dropdown">{words("green")}</response_label>'
        "</render_choice></response_lid>"
    )
    rules = [rule(equal("1", "response_a1"), 25, "Add"), rule(equal("4", "response_a2"), 75, "Add")]
    stem = words("[a1] and [a2]")
    found = only(file_of(canvas("fill_in_multiple_blanks_question", body(stem, gap, listed, rules=rules))))
    assert found.gaps == (
        Gap("a1", "short_answer", plain((r"*re\*d*", 1), ("dark red", 1)), weight=1),
        Gap("a2", "single_choice", plain(("blue", 0), ("green", 1)), weight=3),
    )


def test_lists_in_a_text():
    rules = [rule(equal("2", "response_c"), "50", "Add"), rule(equal("3", "response_d e"), "50", "Add")]
    gaps = [blank("c", {"1": "red", "2": "blue"}), blank("d e", {"3": "up", "4": "down"})]
    stem = words("&lt;p&gt;[d e], then [c].&lt;/p&gt;", "text/html")
    found = only(file_of(canvas("multiple_dropdowns_question", body(stem, *gaps, rules=rules))))
    assert found.text == Text("<p>[[gap-2]], then [[c]].</p>", TextFormat.HTML)
    assert found.gaps == (
        Gap("c", "single_choice", plain(("red", 0), ("blue", 1))),
        Gap("gap-2", "single_choice", plain(("up", 1), ("down", 0))),
    )


def test_a_gap_that_does_not_stand_in_the_text_is_put_at_its_end_with_a_warning():
    gaps = [blank("one", {"1": "red"}), blank("two", {"2": "blue"})]
    found = only(file_of(canvas("fill_in_multiple_blanks_question", body(words("[one] and [one]"), *gaps))))
    assert found.text.text == "[[one]] and [one] [[two]]"
    assert found.warnings == (
        "[one] stands in the text more than once; the first became the gap.",
        "[two] does not stand in the text; its gap was put at the end.",
    )


def test_matching_with_what_fits_nothing():
    options = {"7": "ice", "8": "sun", "9": "sand"}
    lids = [choices(options, f"response_{name}", label=words(name)) for name in ("cold", "warm")]
    rules = [rule(equal("7", "response_cold"), "50.00", "Add"), rule(equal("8", "response_warm"), "50.00", "Add")]
    found = only(file_of(canvas("matching_question", body(STEM, *lids, rules=rules))))
    assert found.type == "matching"
    assert found.stem.text == "<p>Where?</p>"
    assert found.pairs == (
        Pair(Text("cold"), Text("ice")),
        Pair(Text("warm"), Text("sun")),
        Pair(Text(), Text("sand")),
    )


def bound(kind, value):
    return f'<{kind} respident="response1">{value}</{kind}>'


@pytest.mark.parametrize(
    ("condition", "answers"),
    [
        (equal("5.0"), [("5", "")]),
        (f"<or>{equal('3.14')}<and>{bound('vargte', '3.13')}{bound('varlte', '3.15')}</and></or>", [("3.14", "0.01")]),
        (
            f"<or>{equal('3.14')}<and>{bound('vargte', '3.1300000000000003')}{bound('varlte', '3.15')}</and></or>",
            [("3.14", "0.01")],
        ),
        (bound("vargte", "-10") + bound("varlte", "20"), [("5", "15")]),
        (f"<or>{equal('1e3')}{equal('0.5')}</or>", [("1000", ""), ("0.5", "")]),
        (
            f"<or>{equal('99')}<and>{bound('vargte', '1')}{bound('varlte', '2')}</and></or>",
            [("1.5", "0.5"), ("99", "")],
        ),
    ],
)
def test_numbers_with_a_margin_as_ranges_and_exact(condition, answers):
    found = only(
        file_of(canvas("numerical_question", body(STEM, typed(fibtype="Decimal"), rules=[rule(condition, 100)])))
    )
    assert found.type == "numerical"
    assert found.answers == tuple(Answer(Text(text), Fraction(1), tolerance=tolerance) for text, tolerance in answers)


def test_a_number_with_a_precision_of_three_digits():
    condition = f"<or>{equal('13.4')}<and>{bound('vargt', '13.35')}{bound('varlte', '13.45')}</and></or>"
    found = only(file_of(canvas("numerical_question", body(STEM, typed(), rules=[rule(condition, 100)]))))
    assert found.answers == (Answer(Text("13.4"), Fraction(1), tolerance="0.05"),)
    assert found.warnings == ("An end of a range that does not count itself counts here.",)


def test_several_numbers_with_feedback_of_their_own():
    rules = [
        rule(equal("2"), 100, feedback="1_fb"),
        rule(bound("vargte", "3") + bound("varlte", "4"), 50),
        rule("<other/>", feedback="general_incorrect_fb"),
    ]
    told = [said("1_fb", "Two."), said("general_incorrect_fb", "No.")]
    found = only(file_of(canvas("numerical_question", body(STEM, typed(), rules=rules, feedback=told))))
    assert [(each.text.text, each.tolerance, each.fraction, each.feedback.text) for each in found.answers] == [
        ("2", "", 1, "Two."),
        ("3.5", "0.5", HALF, ""),
        ("*", "", 0, "No."),
    ]


def test_an_essay_and_a_text_between_questions():
    essay = canvas("essay_question", body(STEM, typed(), rules=[rule("<other/>", goes_on="No")]))
    reading = read(file_of(essay, canvas("text_only_question", body(STEM), title="Read this")))
    assert [(each.type, each.name) for each in reading.items] == [("essay", "Q"), ("description", "Read this")]
    assert reading.errors == []


@pytest.mark.parametrize("kind", ["calculated_question", "file_upload_question", "hot_spot_question"])
def test_types_that_the_academy_does_not_have_are_refused_by_name(kind):
    content = file_of("\n\n", canvas(kind, body(STEM, typed())))
    assert refused(content) == [(3, f"“Q”: Questions of the type {kind} cannot be taken over.")]


def test_groups_and_item_banks_are_categories_and_banks_elsewhere_are_named():
    group = (
        '<section ident="g1" title="Group"><selection_ordering><selection><sourcebank_ref>b7</sourcebank_ref>'
        f"<selection_number>1</selection_number></selection></selection_ordering>{SINGLE}</section>"
    )
    reading = read(file_of(group))
    assert [each.category for each in reading.items] == [("Health", "Group")]
    assert [each.message for each in reading.errors] == ["The file only refers to “b7”, which is not in it."]
    title = (
        "<qtimetadata><qtimetadatafield><fieldlabel>bank_title</fieldlabel><fieldentry>My bank</fieldentry>"
        "</qtimetadatafield></qtimetadata>"
    )
    assert only(file_of(title, SINGLE, title="", kind="objectbank")).category == ("My bank",)


# Common Cartridge


def test_the_profiles_of_common_cartridge():
    reading = read(
        file_of(
            cartridge("cc.multiple_choice", body(STEM, choices(THREE), rules=[rule(equal("13"), 100)])),
            cartridge("cc.true_false", body(STEM, choices({"t": "True", "f": "False"}), rules=[rule(equal("t"), 100)])),
            cartridge(
                "cc.multiple_response", body(STEM, choices(THREE, cardinality="Multiple"), rules=[several("12")])
            ),
            cartridge("cc.fib", body(STEM, typed(), rules=[rule(equal("Lyon", case="Yes"), 100)])),
            cartridge(
                "cc.pattern_match",
                body(
                    STEM,
                    typed(),
                    rules=[
                        rule('<varsubstring respident="response1" case="No">lyo</varsubstring>', 100),
                        rule('<varsubstring respident="response1">^par</varsubstring>', 50),
                    ],
                ),
            ),
            cartridge(
                "cc.essay",
                body(
                    STEM,
                    typed(),
                    feedback=[f'<itemfeedback ident="s"><solution>{words("A good one.")}</solution></itemfeedback>'],
                ),
            ),
        )
    )
    assert reading.errors == []
    assert [(each.type, each.answers) for each in reading.items] == [
        ("single_choice", plain(("Geneva", 0), ("Minsk", 0), ("Oslo", 1))),
        ("true_false", plain(("true", 1), ("false", 0))),
        ("multiple_response", plain(("Geneva", -1), ("Minsk", 1), ("Oslo", -1))),
        ("short_answer", plain(("Lyon", 1))),
        ("short_answer", plain(("*lyo*", 1), ("par*", HALF))),
        ("essay", ()),
    ]
    assert [each.case_sensitive for each in reading.items] == [False, False, False, True, False, False]
    assert reading.items[5].model_answer == Text("A good one.")
    assert reading.items[2].warnings == (
        "The file gives all points or none for this question; here a part of the right answers earns a part.",
    )


def test_the_category_that_common_cartridge_gives_a_question():
    one = item(
        body(STEM, choices(THREE), rules=[rule(equal("13"), 100)]),
        cc_profile="cc.multiple_choice.v0p1",
        cc_question_category="Law",
    )
    assert only(file_of(one)).category == ("Health", "Law")


# Plain QTI 1.2


def test_scores_are_parts_of_the_best_whatever_the_score_is_called():
    respondus = (
        '<item title="R" ident="QUE_1"><presentation><material><mattext texttype="text/html"><![CDATA[<p>a & b</p>]]>'
        '</mattext></material><response_lid ident="QUE_1_RL" rcardinality="Single" rtiming="No"><render_choice>'
        '<response_label ident="QUE_1_A1"><material><mattext>all</mattext></material></response_label>'
        '<response_label ident="QUE_1_A2"><material><mattext>half</mattext></material></response_label>'
        '<response_label ident="QUE_1_A3"><material><mattext>worse</mattext></material></response_label>'
        '</render_choice></response_lid></presentation><resprocessing><outcomes><decvar vartype="Integer" '
        'defaultval="0" varname="que_score" maxvalue="10" minvalue="0"/></outcomes>'
        + "".join(
            f'<respcondition><conditionvar><varequal respident="QUE_1_RL">QUE_1_A{place}</varequal></conditionvar>'
            f'<setvar varname="que_score" action="Add">{score}</setvar></respcondition>'
            for place, score in enumerate(["10", "5", "-2.5"], start=1)
        )
        + "</resprocessing></item>"
    )
    found = only(f"<questestinterop>{respondus}</questestinterop>".encode())
    assert (found.type, found.category, found.warnings) == ("single_choice", (), ())
    assert found.stem == Text("<p>a & b</p>", TextFormat.HTML)
    assert found.answers == plain(("all", 1), ("half", HALF), ("worse", Fraction(-1, 4)))


def test_options_with_rules_of_their_own_earn_what_these_say():
    rules = [rule(equal(name), score, "Add") for name, score in [("11", "33.33"), ("12", "66.67"), ("13", "-33.33")]]
    found = only(file_of(item(body(STEM, choices(THREE, cardinality="Multiple"), rules=rules))))
    assert (found.type, found.warnings) == ("multiple_response", ())
    assert found.answers == plain(("Geneva", THIRD), ("Minsk", Fraction(2, 3)), ("Oslo", -THIRD))


def test_points_without_a_maximum_are_parts_of_what_the_best_answer_earns():
    outcomes = '<outcomes><decvar varname="SCORE"/></outcomes>'
    rules = [rule(equal("11"), 3), rule(equal("12"), 1)]
    found = only(file_of(item(body(STEM, choices(THREE), rules=rules, outcomes=outcomes))))
    assert found.answers == plain(("Geneva", 1), ("Minsk", THIRD), ("Oslo", 0))


def test_when_no_answer_earns_all_points_the_best_counts_as_all_right():
    found = only(file_of(item(body(STEM, choices(THREE), rules=[rule(equal("11"), 50), rule(equal("12"), 25)]))))
    assert found.answers == plain(("Geneva", 1), ("Minsk", HALF), ("Oslo", 0))
    assert found.warnings == ("No answer earns all points; the best one counts as all right.",)


def test_not_or_and_subtract():
    rules = [
        rule(f"<or>{equal('11')}{equal('12')}</or>", 100, "Add"),
        rule(f"<not>{equal('11')}</not>", 25, "Subtract"),
    ]
    found = only(file_of(item(body(STEM, choices(THREE), rules=rules))))
    assert found.answers == plain(("Geneva", 1), ("Minsk", Fraction(3, 4)), ("Oslo", Fraction(-1, 4)))


@pytest.mark.parametrize(
    ("rules", "grading"),
    [
        ([rule(f"<and>{equal('13')}{equal('11')}{equal('12')}</and>", 100)], "all_or_nothing"),
        (
            [rule(equal(name, index=place), "33.33", "Add") for name, place in [("11", 2), ("12", 3), ("13", 1)]],
            "relative",
        ),
    ],
)
def test_an_order(rules, grading):
    found = only(file_of(item(body(STEM, choices(THREE, cardinality="Ordered"), rules=rules))))
    assert (found.type, found.grading) == ("ordering", grading)
    assert [each.text for each in found.order] == ["Oslo", "Geneva", "Minsk"]


def test_brightspace_orders_by_the_place_of_each_answer_and_counts_what_is_right():
    labels = "".join(
        f'<response_label ident="O{place}">{words(text)}</response_label>' for place, text in enumerate("bca", 1)
    )
    rendered = f'<render_choice shuffle="yes">{labels}</render_choice>'
    grp = f'<response_grp respident="O" rcardinality="Ordered">{rendered}</response_grp>'
    rules = "".join(
        f"<respcondition><conditionvar>{equal(place, name)}</conditionvar>"
        '<setvar varname="D2L_Correct" action="Add">1</setvar></respcondition>'
        f"<respcondition><conditionvar><not>{equal(place, name)}</not></conditionvar>"
        '<setvar varname="D2L_Incorrect" action="Add">1</setvar></respcondition>'
        for name, place in [("O1", 2), ("O2", 3), ("O3", 1)]
    )
    last = '<respcondition><setvar varname="que_score" action="Set">D2L_Correct</setvar></respcondition>'
    settings = "<response_extension><display_style>2</display_style></response_extension>"
    found = only(
        file_of(item(f"<presentation>{STEM}{settings}{grp}</presentation><resprocessing>{rules}{last}</resprocessing>"))
    )
    assert [each.text for each in found.order] == ["a", "b", "c"]


def test_several_fields_in_the_flow_of_a_text_are_gaps():
    flow = (
        f"<flow>{words('Water boils at')}{typed('f1', 'Integer')}{words('degrees in')}{typed('f2')}{words('.')}</flow>"
    )
    rules = [
        rule(equal("100", "f1"), 1, "Add"),
        rule(equal("Minsk", "f2", case="Yes") + equal("Brest", "f2"), 1, "Add"),
    ]
    found = only(file_of(item(body(flow, rules=rules))))
    assert (found.type, found.text) == ("gap_fill", Text("Water boils at [[g1]] degrees in [[g2]] ."))
    assert found.gaps == (
        Gap("g1", "numerical", plain(("100", 1))),
        Gap("g2", "short_answer", plain(("Minsk", 1), ("Brest", 1)), case_sensitive=True),
    )


def column(*texts, block="RIGHT_MATCH_BLOCK"):
    return f'<flow class="{block}">{"".join(f"<flow>{words(each)}</flow>" for each in texts)}</flow>'


def test_blackboard_matches_with_texts_in_a_column_and_says_only_what_is_right():
    lines = "".join(
        f"<flow>{choices({f'{name}1': '', f'{name}2': '', f'{name}3': ''}, name)}{words(text)}</flow>"
        for name, text in [("x", "cold"), ("y", "warm")]
    )
    asked = column("What fits?", block="QUESTION_BLOCK") + f'<flow class="RESPONSE_BLOCK">{lines}</flow>'
    rules = [rule(equal("x2", "x"), feedback="correct"), rule(equal("y1", "y"), feedback="correct")]
    found = only(file_of(item(body(asked, column("sun", "ice", "sand"), rules=rules), bbmd_questiontype="Matching")))
    assert (found.type, found.stem, found.warnings) == ("matching", Text("What fits?"), ())
    assert found.pairs == (
        Pair(Text("cold"), Text("ice")),
        Pair(Text("warm"), Text("sun")),
        Pair(Text(), Text("sand")),
    )
    short = file_of(item(body(asked, column("sun", "ice"), rules=rules), bbmd_questiontype="Matching"))
    assert refused(short) == [(1, "“Q”: An answer of the question has no text.")]


def test_blackboard_types_that_the_academy_does_not_have_are_refused_by_name():
    content = file_of(item(body(STEM, typed()), bbmd_questiontype="Quiz Bowl"))
    assert refused(content) == [(1, "“Q”: Questions of the type Quiz Bowl cannot be taken over.")]


def test_words_among_the_answers_belong_to_the_question():
    field = (
        '<response_str ident="f"><render_fib fibtype="String" prompt="Dashline">'
        f'{words("Winter, spring,")}<response_label ident="A"/>{words("and autumn.")}</render_fib></response_str>'
    )
    found = only(file_of(item(body(words("Go on:"), field, rules=[rule(equal("summer", "f"), 1)]))))
    assert (found.type, found.stem) == ("short_answer", Text("Go on:\nWinter, spring, ____ and autumn."))
    lid = choices(THREE).replace("<render_choice >", f"<render_choice>{words('Which city?')}")
    assert only(file_of(item(body(lid, rules=[rule(equal("11"), 1)])))).stem == Text("Which city?")


def test_several_fields_of_one_response_are_refused():
    labels = '<response_label ident="A"/><response_label ident="B"/>'
    field = f'<response_str ident="f"><render_fib>{labels}</render_fib></response_str>'
    assert refused(file_of(item(body(STEM, field, rules=[rule(equal("a", "f"), 1)])))) == [
        (1, "“Q”: The question needs one place for an answer and has 2.")
    ]


def test_a_list_beside_a_list_with_other_answers_is_a_text_with_gaps():
    parts = [
        choices({"1": "red", "2": "blue"}, "x", label=words("Rose")),
        choices({"3": "up", "4": "low"}, "y", label=words("Sky")),
    ]
    found = only(file_of(item(body(STEM, *parts, rules=[rule(f"<and>{equal('1', 'x')}{equal('3', 'y')}</and>", 100)]))))
    assert found.text == Text("Rose [[g1]]\nSky [[g2]]")
    assert found.gaps == (
        Gap("g1", "single_choice", plain(("red", 1), ("blue", 0))),
        Gap("g2", "single_choice", plain(("up", 1), ("low", 0))),
    )
    assert found.warnings == (
        "The file gives all points or none for this question; here a part of the right answers earns a part.",
    )


def test_what_keeps_its_place_and_what_is_not_shuffled():
    labels = "".join(
        f'<response_label ident="{place}" rshuffle="{shuffled}">{words(text)}</response_label>'
        for place, (text, shuffled) in enumerate([("a", "Yes"), ("b", "Yes"), ("neither", "No")])
    )
    lid = '<response_lid ident="r"><render_choice shuffle="{}">' + labels + "</render_choice></response_lid>"
    rules = [rule(equal("0", "r"), 100)]
    found = [only(file_of(item(body(STEM, lid.format(each), rules=rules)))) for each in ("Yes", "No")]
    assert [each.last for each in found[0].answers] == [False, False, True]
    assert [each.shuffled for each in found] == [True, False]


def test_hints_solutions_pictures_and_breaks():
    picture = '<material><matimage imagtype="image/png" uri="m.png" label="a &quot;map&quot;"/></material>'
    told = [
        f'<itemfeedback ident="h"><hint><hintmaterial>{words("Think.")}</hintmaterial></hint></itemfeedback>',
        f'<itemfeedback ident="s"><solution>{words("So.")}</solution></itemfeedback>',
    ]
    stem = words("1 &lt; 2") + "<material><matbreak/></material>" + picture
    content = file_of(item(body(stem, choices(THREE), rules=[rule(equal("11"), 100)], feedback=told)))
    found = only(content)
    assert found.stem == Text('1 &lt; 2\n<br>\n<img src="m.png" alt="a &quot;map&quot;">', TextFormat.HTML)
    assert (found.hints, found.general_feedback) == ((Text("Think."),), Text("So."))
    assert found.warnings == ("The picture m.png is not in the package.",)


def test_formulas_of_canvas_are_kept_as_they_were_written():
    written = 'alt="LaTeX: x" data-equation-content="\\frac{1}{2}"'
    formula = f'&lt;img class="equation_image" src="/equation_images/x" {written} /&gt;'
    found = only(file_of(canvas("text_only_question", body(words(f"&lt;p&gt;{formula}?&lt;/p&gt;", "text/html")))))
    assert found.stem.text == r"<p>\(\frac{1}{2}\)?</p>"
    assert found.warnings == ()


def test_what_cannot_be_kept_is_told():
    sound = '<material><mataudio uri="a.mp3"/></material>'
    told = [said("correct_fb", "Yes"), said("x", "About one")]
    rules = [rule(equal("1", "r1"), 50, "Add", feedback="x"), rule(equal("2", "r2"), 25, "Add")]
    lids = [choices({"1": "a", "2": "b"}, name, label=words(name)) for name in ("r1", "r2")]
    found = only(file_of(canvas("matching_question", body(STEM, sound, *lids, rules=rules, feedback=told))))
    assert found.warnings == (
        "“mataudio” was left out of a text.",
        "The parts of this question earn different points in the file; here each earns the same.",
        "What is said to a right or a wrong answer as a whole was left out.",
        "What is said to single answers was left out.",
    )


# What is wrong


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (body(STEM, choices(THREE)), "No answer of the question earns points."),
        (body(STEM, choices(THREE), rules=[rule(equal("99"), 100)]), "No answer of the question earns points."),
        (
            body(STEM, choices({"1": "", "2": "b"}), rules=[rule(equal("2"), 1)]),
            "An answer of the question has no text.",
        ),
        (body(STEM, choices(THREE), rules=[rule(equal("11"), "many")]), "“many” is not a number."),
        (body(STEM, choices(THREE), rules=[rule(equal("11"), 1, "Divide")]), "A score cannot be changed by “divide”."),
        (body(STEM, choices(THREE), rules=[rule("<durgte>5</durgte>", 1)]), "“durgte” cannot be taken over."),
        (body(STEM, '<response_xy ident="a"><render_hotspot/></response_xy>'), "“response_xy” cannot be taken over."),
        (body(STEM, "<response_extension/>"), "“response_extension” cannot be taken over."),
        (
            body(STEM, typed(), rules=[rule(f"<and>{equal('a')}{equal('b')}</and>", 1)]),
            "An answer that has to pass several tests together cannot be taken over.",
        ),
        (
            body(STEM, typed(fibtype="Decimal"), rules=[rule(bound("vargte", "1"), 1)]),
            "A range of numbers without an end cannot be taken over.",
        ),
        (
            body(STEM, typed(fibtype="Decimal"), rules=[rule(bound("vargte", "5") + bound("varlte", "1"), 1)]),
            "The range from 5 to 1 has no numbers.",
        ),
        (
            body(STEM, typed(fibtype="Decimal"), rules=[rule(equal("1e999999999"), 1)]),
            "“1e999999999” is not a number.",
        ),
        (
            body(STEM, choices(THREE, cardinality="Ordered"), rules=[rule(equal("11"), 1)]),
            "The file does not say the right place of every answer.",
        ),
        (
            body(STEM, *(choices(THREE, name, label=words(name)) for name in "ab"), rules=[rule(equal("11", "a"), 1)]),
            "The file does not say what belongs to “b”.",
        ),
        (
            body(STEM, choices({str(each): "x" for each in range(51)})),
            "The question has more than 50 answers to choose from.",
        ),
        ("<itemproc_extension><calculated/></itemproc_extension>", "“itemproc_extension” cannot be taken over."),
    ],
)
def test_a_question_that_cannot_be_read_is_named_and_the_next_is_read(question, message):
    reading = read(file_of(item(question, title="Bad"), SINGLE))
    assert [each.message for each in reading.errors] == [f"“Bad”: {message}"]
    assert [each.name for each in reading.items] == ["Q"]


def test_errors_name_the_line_of_what_is_wrong():
    bad = item(body(STEM, choices(THREE), rules=["\n\n", rule("\n<durgte>5</durgte>", 1)]), title="Bad")
    assert refused(file_of("\n", bad)) == [(5, "“Bad”: “durgte” cannot be taken over.")]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"", 1, "The file is empty."),
        (b"<a>\n<b></a>", 2, "The XML is damaged: mismatched tag."),
        (b"<!-- a -->\n<quiz/>", 2, "This is not a QTI 1.2 file: it begins with “quiz”."),
        (b"PK\x03\x04 and no more", 1, "The package (ZIP) is damaged."),
    ],
)
def test_what_is_no_qti_is_refused(content, line, message):
    with pytest.raises(FormatError) as failed:
        read(content)
    assert (failed.value.line, failed.value.message) == (line, message)


def test_a_file_without_questions_is_read_as_none():
    assert read(b"<questestinterop/>") == Reading()


# Packages


def test_pictures_are_found_wherever_programs_put_them():
    sources = [
        "$IMS-CC-FILEBASE$/a%20b.png?canvas_download=1",
        "%24IMS-CC-FILEBASE%24/c.png",
        "../media/d.png",
        "e.png",
    ]
    images = "".join(f'&lt;img src="{each}"&gt;' for each in [*sources, "https://example.org/f.png", "gone.png"])
    quiz = file_of(canvas("text_only_question", body(words(images, "text/html"))))
    found = only(
        zipped(
            {
                "imsmanifest.xml": "<manifest/>",
                "quiz/quiz.xml": quiz,
                "web_resources/a b.png": b"1",
                "c.png": b"2",
                "media/d.png": b"3",
                "quiz/e.png": b"4",
            }
        )
    )
    assert found.files == dict(zip(sources, [b"1", b"2", b"3", b"4"], strict=True))
    assert found.warnings == ("The picture gone.png is not in the package.",)


def test_of_two_copies_in_a_course_of_canvas_the_complete_one_is_read_with_its_item_bank():
    group = (
        '<section ident="g1" title="Group"><selection_ordering><selection><sourcebank_ref>a1</sourcebank_ref>'
        "</selection></selection_ordering></section>"
    )
    reading = read(
        zipped(
            {
                "i1/assessment_qti.xml": file_of(cartridge("cc.essay", body(STEM, typed()), title="Thin copy")),
                "i1/assessment_meta.xml": "<quiz/>",
                "non_cc_assessments/i1.xml.qti": file_of(SINGLE, group),
                "non_cc_assessments/b7.xml.qti": file_of(SINGLE, title="Bank", kind="objectbank"),
                "course_settings/broken.xml": "<questestinterop",
            }
        )
    )
    assert [each.category for each in reading.items] == [("Health",), ("Bank",)]
    assert [(each.line, each.message) for each in reading.errors] == [
        (1, "course_settings/broken.xml: The XML is damaged: unclosed token.")
    ]


def test_problems_in_a_package_name_the_file():
    content = zipped({"q.xml": file_of(canvas("file_upload_question", body(STEM)))})
    assert refused(content) == [(1, "q.xml: “Q”: Questions of the type file_upload_question cannot be taken over.")]


def test_a_package_without_qti_is_refused():
    with pytest.raises(FormatError, match=r"There is no QTI 1\.2 file in the package"):
        read(zipped({"imsmanifest.xml": "<manifest/>", "a.xml": "no xml at all"}))


# Whatever comes

SAMPLE = file_of(
    SINGLE,
    canvas("multiple_answers_question", body(STEM, choices(THREE, cardinality="Multiple"), rules=[several("11")])),
    canvas("fill_in_multiple_blanks_question", body(words("[one]"), blank("one", {"1": "red"}))),
    canvas("matching_question", body(STEM, choices(THREE, "r", label=words("a")), rules=[rule(equal("11", "r"), 1)])),
    canvas("numerical_question", body(STEM, typed(), rules=[rule(bound("vargte", "1") + bound("varlte", "2"), 1)])),
    cartridge("cc.pattern_match", body(STEM, typed(), rules=[rule(equal("x"), 1)])),
).decode()
TOKENS = [
    "varequal",
    "vargte",
    "and",
    "not",
    "or",
    "Single",
    "Multiple",
    "Ordered",
    "100",
    "response1",
    "ident",
    "11",
    "1",
]
REPLACED = ["", "varequal", "other", "not", "vargte", "Multiple", "Ordered", "-1", "1e99", "NaN", "[one]", "r", "*"]


@given(st.lists(st.tuples(st.sampled_from(TOKENS), st.integers(0, 60), st.sampled_from(REPLACED)), max_size=8))
def test_changed_files_never_crash(changes):
    text = SAMPLE
    for token, place, replaced in changes:
        parts = text.split(token)
        cut = 1 + place % max(1, len(parts) - 1)
        text = token.join(parts[:cut]) + replaced + token.join(parts[cut:])
    _never_crashes(text.encode())


@given(st.integers(0, len(SAMPLE)), st.integers(0, 300), st.binary(max_size=20))
def test_damaged_files_never_crash(start, length, put):
    content = SAMPLE.encode()
    _never_crashes(content[:start] + put + content[start + length :])
    _never_crashes(zipped({"q.xml": content[:start] + put + content[start + length :]}))


def _never_crashes(content):
    """Read, or be refused in a sentence; another exception fails the test."""
    try:
        said = [each.message for each in read(content).errors]
    except FormatError as error:
        said = [error.message]
    assert all(said)
