"""Reading QTI 2.1, 2.2 and 3.0. The items are built as the examples of the standard are."""

import io
import zipfile
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.formats import qti
from assessments.formats.item import NO_TEXT, Answer, Gap, Item, Pair, Problem, Text, TextFormat
from core.errors import FormatError

TEMPLATES = "http://www.imsglobal.org/question/qti_v2p2/rptemplates"
MATCH = f'<responseProcessing template="{TEMPLATES}/match_correct"/>'
MAP = f'<responseProcessing template="{TEMPLATES}/map_response"/>'
SCORE = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
PART_MARKS = "In the file only the whole answer earns the mark. Here parts of it earn their share."
OWN_RULES = "The question has rules of its own for marking. They were not taken over: look at the marks."
VARIABLE, KEY = '<variable identifier="RESPONSE"/>', '<correct identifier="RESPONSE"/>'
BASE = '<baseValue baseType="float">%s</baseValue>'
ONE, HALF, ZERO = Fraction(1), Fraction(1, 2), Fraction(0)


def html(text):
    return Text(text, TextFormat.HTML)


def item_xml(body, response="", processing="", more="", attributes=""):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="q1" title="Screening"
 adaptive="false" timeDependent="false" {attributes}>
{response}{SCORE}
<itemBody>{body}</itemBody>
{processing}{more}
</assessmentItem>""".encode()


def declared(correct=(), cardinality="single", base="identifier", mapping="", name="RESPONSE"):
    values = "".join(f"<value>{each}</value>" for each in correct)
    right = f"<correctResponse>{values}</correctResponse>" if correct else ""
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">'
        f"{right}{mapping}</responseDeclaration>"
    )


def points(entries, attributes='defaultValue="0"'):
    inside = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in entries.items())
    return f"<mapping {attributes}>{inside}</mapping>"


def choice(options="ABC", attributes='shuffle="true" maxChoices="1"', prompt="Which one?"):
    inside = "".join(f'<simpleChoice identifier="{each}">Text {each}</simpleChoice>' for each in options)
    return (
        f'<choiceInteraction responseIdentifier="RESPONSE" {attributes}>'
        f"<prompt>{prompt}</prompt>{inside}</choiceInteraction>"
    )


def only(content):
    reading = qti.read(content)
    assert reading.errors == []
    (item,) = reading.items
    return item


def problem(content):
    reading = qti.read(content)
    assert reading.items == []
    (found,) = reading.errors
    return found


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return stream.getvalue()


def shares(item):
    return [each.fraction for each in item.answers]


# Choices


def test_a_choice_of_one_is_single_choice():
    content = item_xml("<p>Look at the sign.</p>" + choice(), declared("B"), MATCH, attributes='xml:lang="en-US"')
    assert only(content) == Item(
        type="single_choice",
        stem=html("<p>Look at the sign.</p><p>Which one?</p>"),
        name="Screening",
        answers=(Answer(Text("Text A")), Answer(Text("Text B"), ONE), Answer(Text("Text C"))),
        identifier="q1",
        language="en",
    )


def test_names_of_version_3_mean_the_same():
    content = b"""<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="q1"
 title="Screening" adaptive="false" time-dependent="false" xml:lang="be">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
<qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
<qti-item-body><qti-choice-interaction response-identifier="RESPONSE" shuffle="false" max-choices="1">
<qti-prompt>Which <b>one</b>?</qti-prompt>
<qti-simple-choice identifier="A">Yes</qti-simple-choice>
<qti-simple-choice identifier="B" fixed="true">I do not know</qti-simple-choice>
</qti-choice-interaction></qti-item-body>
<qti-response-processing
 template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
</qti-assessment-item>"""
    assert only(content) == Item(
        type="single_choice",
        stem=html("<p>Which <b>one</b>?</p>"),
        name="Screening",
        answers=(Answer(Text("Yes"), ONE), Answer(Text("I do not know"), last=True)),
        shuffled=False,
        identifier="q1",
        language="be",
    )


def test_several_right_options_without_points_share_the_mark():
    content = item_xml(choice("ABCD", 'shuffle="true" maxChoices="0"'), declared("AC", "multiple"), MATCH)
    item = only(content)
    assert (item.type, shares(item), item.warnings) == ("multiple_response", [HALF, -HALF, HALF, -HALF], (PART_MARKS,))


@pytest.mark.parametrize(
    ("entries", "attributes", "most", "expected"),
    [
        ({"A": 1, "B": 1, "C": -2}, 'lowerBound="0" upperBound="2" defaultValue="-2"', 0, [HALF, HALF, -ONE, -ONE]),
        ({"A": 1, "B": 1}, 'upperBound="1" defaultValue="0"', 0, [ONE, ONE, ZERO, ZERO]),
        ({"A": 2, "B": 1, "C": 1}, 'defaultValue="0"', 2, [Fraction(2, 3), Fraction(1, 3), Fraction(1, 3), ZERO]),
        (
            {"A": "0.3333333", "B": "0.6666667"},
            'defaultValue="-0.5"',
            0,
            [Fraction(1, 3), Fraction(2, 3), -HALF, -HALF],
        ),
    ],
)
def test_points_of_several_are_shares_of_the_best_choice(entries, attributes, most, expected):
    response = declared("AB", "multiple", mapping=points(entries, attributes))
    content = item_xml(choice("ABCD", f'shuffle="true" maxChoices="{most}"'), response, MAP)
    assert shares(only(content)) == expected


def test_points_of_one_are_shares_of_the_best_option():
    response = declared("A", mapping=points({"A": 4, "B": 1}, 'defaultValue="-1"'))
    assert shares(only(item_xml(choice(), response, MAP))) == [ONE, Fraction(1, 4), Fraction(-1, 4)]


def test_a_template_decides_whether_points_count():
    response = declared("A", mapping=points({"A": 4, "B": 1}))
    assert shares(only(item_xml(choice(), response, MATCH))) == [ONE, ZERO, ZERO]


def test_options_called_true_and_false_are_a_statement():
    body = choice(["TRUE", "FALSE"], prompt="Tuberculosis can be cured.")
    item = only(item_xml(body, declared(["FALSE"]), MATCH))
    assert (item.type, item.answers) == ("true_false", (Answer(Text("true")), Answer(Text("false"), ONE)))


def test_an_option_fixed_between_others_is_warned_of():
    body = choice().replace('identifier="A"', 'identifier="A" fixed="true"')
    item = only(item_xml(body, declared("A"), MATCH))
    assert [each.last for each in item.answers] == [False, False, False]
    assert item.warnings == (
        "Options keep their place only at the end. Others that are fixed in the file are shuffled.",
    )


# Rules of marking


def condition(test, then="1", otherwise="0"):
    return f"""<responseProcessing><responseCondition><responseIf>{test}
<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{then}</baseValue></setOutcomeValue></responseIf>
<responseElse><setOutcomeValue identifier="SCORE"><baseValue baseType="float">{otherwise}</baseValue>
</setOutcomeValue></responseElse></responseCondition></responseProcessing>"""


IS_RIGHT = '<match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>'


@pytest.mark.parametrize(
    "processing",
    [
        "",
        condition(IS_RIGHT),
        condition(IS_RIGHT, "5"),
        f'<responseProcessing template="{TEMPLATES}/CC2_match_basic.xml"/>',
        condition('<match><variable identifier="RESPONSE"/><baseValue baseType="identifier">A</baseValue></match>'),
    ],
)
def test_the_usual_rules_are_understood(processing):
    item = only(item_xml(choice(), declared("A"), processing))
    assert (shares(item), item.warnings) == ([ONE, ZERO, ZERO], ())


@pytest.mark.parametrize(
    "processing",
    [
        condition(IS_RIGHT, "1", "-1"),
        condition('<gt><randomInteger min="1" max="6"/><baseValue baseType="integer">3</baseValue></gt>'),
        '<responseProcessing template="http://example.com/our_own_template"/>',
        '<responseProcessing><lookupOutcomeValue identifier="SCORE"/></responseProcessing>',
    ],
)
def test_rules_of_its_own_are_warned_of(processing):
    item = only(item_xml(choice(), declared("A"), processing))
    assert (shares(item), item.warnings) == ([ONE, ZERO, ZERO], (OWN_RULES,))


def test_points_by_conditions_are_read():
    def branch(tag, value, score):
        test = f'<match>{VARIABLE}<baseValue baseType="identifier">{value}</baseValue></match>'
        points = f'<baseValue baseType="float">{score}</baseValue>'
        return f'<{tag}>{test}<setOutcomeValue identifier="SCORE">{points}</setOutcomeValue></{tag}>'

    rules = branch("responseIf", "A", "2") + branch("responseElseIf", "C", "1")
    processing = f"<responseProcessing><responseCondition>{rules}</responseCondition></responseProcessing>"
    assert shares(only(item_xml(choice(), declared("A"), processing))) == [ONE, ZERO, HALF]


def test_points_with_a_rule_for_no_answer_are_read():
    processing = """<responseProcessing><responseCondition><responseIf>
<isNull><variable identifier="RESPONSE"/></isNull>
<setOutcomeValue identifier="SCORE"><baseValue baseType="float">0.0</baseValue></setOutcomeValue></responseIf>
<responseElse><setOutcomeValue identifier="SCORE"><mapResponse identifier="RESPONSE"/></setOutcomeValue></responseElse>
</responseCondition></responseProcessing>"""
    item = only(item_xml(choice(), declared("A", mapping=points({"A": 1, "B": "0.5"})), processing))
    assert (shares(item), item.warnings) == ([ONE, HALF, ZERO], ())


@pytest.mark.parametrize(
    "response",
    [declared(), declared(mapping=points({"A": 0})), declared("Z", mapping=points({"A": "-1"}))],
)
def test_a_question_without_a_right_answer_is_refused(response):
    assert problem(item_xml(choice(), response, MAP)).message == "The question does not say which answer is right."


# Typed answers


def entry(before="<p>Capital of Belarus?</p>", after=""):
    return f'{before}<p><textEntryInteraction responseIdentifier="RESPONSE" expectedLength="15"/></p>{after}'


def test_a_text_to_type_is_a_short_answer_in_which_capitals_count():
    item = only(item_xml(entry(), declared(["Minsk*"], base="string"), MATCH))
    assert (item.type, item.stem, item.answers, item.case_sensitive) == (
        "short_answer",
        html("<p>Capital of Belarus?</p>"),
        (Answer(Text("Minsk\\*"), ONE),),
        True,
    )


def test_texts_earn_what_the_mapping_says():
    mapping = (
        '<mapping defaultValue="0"><mapEntry mapKey="Minsk" mappedValue="2" caseSensitive="false"/>'
        '<mapEntry mapKey="Miensk" mappedValue="1" caseSensitive="false"/></mapping>'
    )
    item = only(item_xml(entry(), declared(["Minsk"], base="string", mapping=mapping), MAP))
    assert item.answers == (Answer(Text("Minsk"), ONE), Answer(Text("Miensk"), HALF))
    assert not item.case_sensitive


@pytest.mark.parametrize(
    ("content", "sensitive"),
    [
        (item_xml(entry(), declared(base="string", mapping=points({"Minsk": 1})), MAP), True),
        (
            b"""<qti-assessment-item identifier="q1" title="Q"><qti-response-declaration identifier="RESPONSE"
 cardinality="single" base-type="string"><qti-mapping><qti-map-entry map-key="Minsk" mapped-value="1"/></qti-mapping>
</qti-response-declaration><qti-item-body><qti-text-entry-interaction response-identifier="RESPONSE"/></qti-item-body>
</qti-assessment-item>""",
            False,
        ),
    ],
)
def test_capitals_count_in_mappings_of_version_2_and_not_in_those_of_3_unless_said(content, sensitive):
    assert only(content).case_sensitive is sensitive


def test_what_any_other_text_earns_is_an_asterisk():
    response = declared(["Minsk"], base="string", mapping=points({"Minsk": 2}, 'defaultValue="1"'))
    assert only(item_xml(entry(), response, MAP)).answers == (Answer(Text("Minsk"), ONE), Answer(Text("*"), HALF))


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (f'<equal toleranceMode="exact">{VARIABLE}{KEY}</equal>', ("50.8", "0", False)),
        (f'<equal toleranceMode="absolute" tolerance="0.1">{VARIABLE}{KEY}</equal>', ("50.8", "0.1", False)),
        (f'<equal toleranceMode="absolute" tolerance="0.1 0.3">{KEY}{VARIABLE}</equal>', ("50.9", "0.2", False)),
        (f'<equal toleranceMode="absolute" tolerance="0.1 0.3">{VARIABLE}{KEY}</equal>', ("50.7", "0.2", False)),
        (f'<equal toleranceMode="relative" tolerance="5 5">{KEY}{VARIABLE}</equal>', ("50.8", "5", True)),
        (
            f"<and><gte>{VARIABLE}{BASE % 50}</gte><lte>{VARIABLE}{BASE % 51.5}</lte></and>",
            ("50.75", "0.75", False),
        ),
    ],
)
def test_a_number_has_the_tolerance_of_its_rule(test, expected):
    item = only(item_xml(entry(), declared(["50.8"], base="float"), condition(test)))
    (answer,) = item.answers
    assert (item.type, answer.text.text, answer.tolerance, answer.relative) == ("numerical", *expected)
    assert item.warnings == ()


def test_numbers_earn_what_the_mapping_says():
    response = declared(["12"], base="integer", mapping=points({"12": 1, "13": "0.5"}))
    assert only(item_xml(entry(), response, MAP)).answers == (
        Answer(Text("12"), ONE, tolerance="0"),
        Answer(Text("13"), HALF, tolerance="0"),
    )


@pytest.mark.parametrize("number", ["twelve", "1e999999999", "NaN", "1_0"])
def test_what_is_no_number_is_refused(number):
    found = problem(item_xml(entry(), declared([number], base="float"), MATCH))
    assert found == Problem(4, f"“{number}” is not a number.")


def test_a_field_within_a_sentence_is_a_gap():
    field = '<textEntryInteraction responseIdentifier="RESPONSE"/>'
    body = f"<blockquote><p>Now is the {field} of our discontent.</p></blockquote>"
    item = only(item_xml(body, declared(["winter"], base="string"), MATCH))
    assert item == Item(
        type="gap_fill",
        stem=NO_TEXT,
        name="Screening",
        text=html("<blockquote><p>Now is the [[g1]] of our discontent.</p></blockquote>"),
        gaps=(Gap("g1", "short_answer", (Answer(Text("winter"), ONE),), case_sensitive=True),),
        identifier="q1",
    )


def test_names_without_their_capitals_are_understood():
    fields = "".join(f'<textentryinteraction responseidentifier="{each}"/> and ' for each in ("a", "b"))
    responses = declared(["red", "pink"], name="a", base="string") + declared(["thorny"], name="b", base="string")
    item = only(item_xml(f"<div>Roses are {fields}so.</div>", responses))
    assert (item.type, item.text.text) == ("gap_fill", "<div>Roses are [[g1]] and [[g2]] and so.</div>")
    assert [[each.text.text for each in gap.answers] for gap in item.gaps] == [["red", "pink"], ["thorny"]]


def test_lists_and_fields_in_a_text_are_gaps_with_weights():
    inline = (
        '<inlineChoiceInteraction responseIdentifier="R1" shuffle="false"><inlineChoice identifier="G">Gloucester'
        '</inlineChoice><inlineChoice identifier="Y">York</inlineChoice></inlineChoiceInteraction>'
    )
    body = f'<p>Sun of {inline} and <textEntryInteraction responseIdentifier="R2"/> clouds.</p>'
    responses = declared("Y", name="R1", mapping=points({"Y": 1})) + declared(
        ["3"], name="R2", base="integer", mapping=points({"3": 2})
    )
    processing = """<responseProcessing><setOutcomeValue identifier="SCORE"><sum><mapResponse identifier="R1"/>
<mapResponse identifier="R2"/></sum></setOutcomeValue></responseProcessing>"""
    item = only(item_xml(body, responses, processing))
    assert (item.text, item.shuffled, item.warnings) == (html("<p>Sun of [[g1]] and [[g2]] clouds.</p>"), False, ())
    assert item.gaps == (
        Gap("g1", "single_choice", (Answer(Text("Gloucester")), Answer(Text("York"), ONE))),
        Gap("g2", "numerical", (Answer(Text("3"), ONE, tolerance="0"),), weight=2),
    )


# Pairs, orders, words, essays and texts


def associable(*options):
    inside = "".join(
        f'<simpleAssociableChoice identifier="{each}" matchMax="1">Text {each}</simpleAssociableChoice>'
        for each in options
    )
    return f"<simpleMatchSet>{inside}</simpleMatchSet>"


def match_item(pairs, lefts="ab", rights="XYZ", processing=MATCH, mapping=""):
    body = (
        '<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="4"><prompt>Match.</prompt>'
        f"{associable(*lefts)}{associable(*rights)}</matchInteraction>"
    )
    return item_xml(body, declared(pairs, "multiple", "directedPair", mapping), processing)


PAIRS = (
    Pair(Text("Text a"), Text("Text X")),
    Pair(Text("Text b"), Text("Text Z")),
    Pair(NO_TEXT, Text("Text Y")),
)


def test_a_match_is_matching_with_what_fits_no_line():
    item = only(match_item(["a X", "b Z"]))
    assert (item.type, item.stem, item.pairs, item.warnings) == (
        "matching",
        html("<p>Match.</p>"),
        PAIRS,
        (PART_MARKS,),
    )


def test_a_match_with_points_for_each_pair_is_no_different_here():
    item = only(match_item(["a X"], processing=MAP, mapping=points({"a X": 1, "b Z": 1})))
    assert (item.pairs, item.warnings) == (PAIRS, ())


def test_the_sides_of_a_match_are_exchanged_when_only_that_gives_one_answer_a_line():
    item = only(match_item(["a X", "a Y", "b Z"]))
    assert item.pairs == (
        Pair(Text("Text X"), Text("Text a")),
        Pair(Text("Text Y"), Text("Text a")),
        Pair(Text("Text Z"), Text("Text b")),
    )


def test_a_match_with_several_answers_a_line_is_refused_by_name():
    found = problem(match_item(["a X", "a Y", "b X"]))
    assert found == Problem(5, "In “matchInteraction” each line must have exactly one right answer to be taken over.")


def order_item(right):
    body = choice().replace("choiceInteraction", "orderInteraction")
    return item_xml(body, declared(right, "ordered"), MATCH)


def test_an_order_is_ordering_as_a_whole():
    item = only(order_item("CAB"))
    assert (item.type, item.grading, item.warnings) == ("ordering", "all_or_nothing", ())
    assert item.order == (Text("Text C"), Text("Text A"), Text("Text B"))


@pytest.mark.parametrize("right", ["CA", "CAA", "CABD"])
def test_an_order_of_a_part_of_the_lines_is_refused_by_name(right):
    assert problem(order_item(right)).message == (
        "In “orderInteraction” the right order must name each line once to be taken over."
    )


def gap_match(words, pairs):
    body = (
        '<gapMatchInteraction responseIdentifier="RESPONSE" shuffle="false"><prompt>Fill in.</prompt>'
        f'{words}<blockquote><p>Now is the <gap identifier="G1"/> and the <gap identifier="G2"/>.</p></blockquote>'
        "</gapMatchInteraction>"
    )
    return item_xml(body, declared(pairs, "multiple", "directedPair"), MATCH)


WORDS = "".join(
    f'<gapText identifier="{each}" matchMax="1">{word}</gapText>'
    for each, word in (("W", "winter"), ("Sp", "spring"), ("Su", "summer"))
)


def test_words_for_gaps_are_select_words():
    assert only(gap_match(WORDS, ["W G1", "Su G2"])) == Item(
        type="select_words",
        stem=html("<p>Fill in.</p>"),
        name="Screening",
        text=html("<blockquote><p>Now is the [[g1]] and the [[g2]].</p></blockquote>"),
        words=(Text("winter"), Text("spring"), Text("summer")),
        gaps=(Gap("g1", "select_words", right=0), Gap("g2", "select_words", right=2)),
        identifier="q1",
    )


def test_words_that_earn_different_points_are_warned_of():
    content = gap_match(WORDS, []).replace(
        b"</responseDeclaration>", points({"W G1": 1, "Su G2": 2}).encode() + b"</responseDeclaration>"
    )
    assert only(content).warnings == ("The gaps earn different marks in the file. Here each earns the same.",)


@pytest.mark.parametrize(
    ("words", "pairs", "message"),
    [
        (WORDS, ["W G1"], "In “gapMatchInteraction” each gap must have exactly one right word to be taken over."),
        (
            WORDS + '<gapImg identifier="I"/>',
            ["W G1"],
            "Pictures that are put into gaps (gapImg) cannot be taken over.",
        ),
    ],
)
def test_words_for_gaps_that_are_not_straightforward_are_refused_by_name(words, pairs, message):
    assert problem(gap_match(words, pairs)).message == message


def test_a_text_to_write_is_an_essay_with_notes_for_whoever_marks():
    body = (
        '<rubricBlock view="candidate"><p>Read the case of Amina.</p></rubricBlock>'
        '<rubricBlock view="scorer"><p>Two points for each reason.</p></rubricBlock>'
        '<extendedTextInteraction responseIdentifier="RESPONSE" expectedLength="200"><prompt>Write her a card.</prompt>'
        "</extendedTextInteraction>"
    )
    item = only(item_xml(body, declared(["Dear Amina …"], base="string")))
    assert item == Item(
        type="essay",
        stem=html("<p>Write her a card.</p>"),
        name="Screening",
        case=html("<p>Read the case of Amina.</p>"),
        rubric=html("<p>Two points for each reason.</p>"),
        model_answer=Text("Dear Amina …"),
        identifier="q1",
    )


def test_an_item_that_asks_nothing_is_a_description():
    item = only(item_xml("<p>Now <math><mi>x</mi><mo>=</mo><mn>2</mn></math>.</p>"))
    assert (item.type, item.stem) == ("description", html("<p>Now x=2.</p>"))
    assert item.warnings == ("Formulas were kept as text and may look different.",)


# Feedback


def modal(identifier, text, outcome="FEEDBACK", show="show"):
    names = f'outcomeIdentifier="{outcome}" identifier="{identifier}" showHide="{show}"'
    return f"<modalFeedback {names}>{text}</modalFeedback>"


def chooses(value, outcome="FEEDBACK"):
    return f'<setOutcomeValue identifier="{outcome}">{value}</setOutcomeValue>'


FEEDBACK = '<outcomeDeclaration identifier="FEEDBACK" cardinality="single" baseType="identifier"/>'


def test_feedback_by_option_belongs_to_the_option():
    processing = condition(IS_RIGHT).replace("</responseProcessing>", chooses(VARIABLE) + "</responseProcessing>")
    item = only(item_xml(choice(), declared("A") + FEEDBACK, processing, modal("A", "Yes.") + modal("C", "<p>No.</p>")))
    assert [each.feedback for each in item.answers] == [Text("Yes."), NO_TEXT, html("<p>No.</p>")]
    assert item.warnings == ()


def test_feedback_in_an_option_belongs_to_the_option():
    body = choice().replace(
        "Text B",
        'Text B<feedbackInline outcomeIdentifier="F" identifier="B" showHide="show">No, not B.</feedbackInline>',
    )
    item = only(item_xml(body, declared("A"), MATCH))
    assert item.answers[1] == Answer(Text("Text B"), ZERO, Text("No, not B."))


def test_feedback_on_right_and_wrong_belongs_to_right_and_wrong_options():
    value = '<baseValue baseType="identifier">%s</baseValue>'
    processing = f"""<responseProcessing><responseCondition><responseIf>{IS_RIGHT}{chooses(value % "correct")}
</responseIf><responseElse>{chooses(value % "incorrect")}</responseElse></responseCondition></responseProcessing>"""
    more = modal("correct", "Well done") + modal("incorrect", "Read again")
    item = only(item_xml(choice("AB"), declared("A") + FEEDBACK, processing, more))
    assert [each.feedback.text for each in item.answers] == ["Well done", "Read again"]
    typed = only(item_xml(entry(), declared(["Minsk"], base="string") + FEEDBACK, processing, more))
    assert typed.answers == (
        Answer(Text("Minsk"), ONE, Text("Well done")),
        Answer(Text("*"), ZERO, Text("Read again")),
    )


def test_the_templates_of_common_cartridge_choose_feedback():
    template = f'<responseProcessing template="{TEMPLATES}/CC2_match_basic"/>'
    more = modal("correct", "Well done", "FEEDBACKBASIC") + modal("incorrect", "Read again", "FEEDBACKBASIC")
    item = only(item_xml(choice("AB"), declared("B"), template, more + modal("A", "Not A")))
    assert item.answers == (
        Answer(Text("Text A"), ZERO, Text("Not A")),
        Answer(Text("Text B"), ONE, Text("Well done")),
    )


@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        (
            FEEDBACK.replace("/>", "><defaultValue><value>all</value></defaultValue></outcomeDeclaration>"),
            modal("all", "So."),
        ),
        (FEEDBACK, modal("none", "So.", show="hide")),
        (FEEDBACK, modal("general_fb", "So.")),
    ],
)
def test_feedback_that_is_always_shown_is_general(outcome, more):
    item = only(item_xml(choice(), declared("A") + outcome, MATCH, more))
    assert (item.general_feedback, item.warnings) == (Text("So."), ())


def test_feedback_on_other_conditions_is_warned_of():
    item = only(item_xml(choice(), declared("A") + FEEDBACK, MATCH, modal("third_try", "Rest a little.")))
    assert item.warnings == ("Feedback that is shown on conditions of its own was not taken over.",)


# What is refused


@pytest.mark.parametrize(
    "name",
    [
        "associateInteraction",
        "hotspotInteraction",
        "hottextInteraction",
        "graphicGapMatchInteraction",
        "sliderInteraction",
        "uploadInteraction",
        "drawingInteraction",
        "selectPointInteraction",
        "mediaInteraction",
        "customInteraction",
        "portableCustomInteraction",
        "endAttemptInteraction",
    ],
)
def test_other_interactions_are_refused_by_name_and_line(name):
    found = problem(item_xml(f'\n\n<{name} responseIdentifier="RESPONSE"/>', declared("A")))
    assert found == Problem(7, f"Questions of the kind “{name}” cannot be taken over.")


def test_two_questions_in_one_item_are_refused_by_their_names():
    found = problem(
        item_xml(
            choice() + "\n" + order_item("ABC").decode().partition("<itemBody>")[2].partition("</itemBody>")[0],
            declared("A"),
        )
    )
    names = "choiceInteraction, orderInteraction"
    assert found == Problem(6, f"One item asks several questions ({names}). It cannot be taken over as one question.")


def test_numbers_drawn_anew_are_refused():
    found = problem(item_xml('<p><printedVariable identifier="x"/></p>' + choice(), declared("A")))
    assert "printedVariable" in found.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (item_xml(choice()), "The response “RESPONSE” is not declared."),
        (item_xml(choice("AA"), declared("A")), "Each thing to choose from needs an identifier of its own."),
        (item_xml(choice(""), declared("A")), "The question has nothing to choose from."),
        (item_xml(choice(), declared("A", mapping=points({"A": "much"})), MAP), "“much” is not a number."),
        (b'<assessmentItem identifier="a" title="b"/>', "The item has no body (itemBody)."),
    ],
)
def test_what_an_item_lacks_is_said(content, message):
    assert problem(content).message == message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<assessmentItem>", "damaged"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><assessmentItem/>', "entity"),
        (b"<questestinterop/>", "questestinterop"),
        (b'<assessmentTest><testPart><assessmentItemRef href="a.xml"/></testPart></assessmentTest>', "whole package"),
        (b"PK\x03\x04 and no more", "ZIP"),
        (zipped({"a.txt": b"x"}), "no item"),
        (zipped({"imsmanifest.xml": b"<manifest>"}), "imsmanifest.xml"),
        (zipped({"imsmanifest.xml": b"0" * 5_000_000}), "far more"),
    ],
)
def test_a_file_with_nothing_to_read_is_refused(content, words):
    with pytest.raises(FormatError, match=words):
        qti.read(content)


# Tests and packages


def test_items_in_a_test_are_read_one_by_one():
    good = item_xml(choice(), declared("A"), MATCH).partition(b"?>")[2]
    bad = item_xml("<sliderInteraction/>").partition(b"?>")[2]
    reading = qti.read(b"<assessmentTest><testPart>" + good + bad + good + b"</testPart></assessmentTest>")
    assert [each.type for each in reading.items] == ["single_choice", "single_choice"]
    assert [each.message for each in reading.errors] == [
        "Questions of the kind “sliderInteraction” cannot be taken over."
    ]


MANIFEST = """<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>
<resource identifier="t" type="imsqti_test_xmlv2p1" href="tests/test.xml"/>
<resource identifier="a" type="imsqti_item_xmlv2p1" href="items/a.xml"><metadata><lom><general>
<title><string>Title of a</string></title><keyword><string>triage</string></keyword></general><classification>
<taxonPath><taxon><entry><string>Health</string></entry></taxon><taxon><entry><string>Border</string></entry></taxon>
</taxonPath></classification></lom></metadata></resource>
<resource identifier="b" type="imsqti_item_xmlv2p2" href="items/b.xml"/>
<resource identifier="c" type="imsqti_item_xmlv3p0" href="items/c%20c.xml"/>
<resource identifier="d" type="webcontent" href="items/d.xml"/>
<resource identifier="e" type="imsqti_item_xmlv2p2" href="items/e.xml"/>
</resources></manifest>"""
TEST = """<assessmentTest><testPart><assessmentSection><rubricBlock view="candidate">
<p>Read <img src="../m/map.png"/></p>
</rubricBlock><assessmentItemRef href="../items/b.xml"/></assessmentSection></testPart></assessmentTest>"""


def test_a_package_gives_its_items_in_the_order_of_its_test_with_what_belongs_to_them():
    with_picture = (
        '<p>See <img src="../m/a%20b.png" alt="x"/> and <object data="../m/map.png" type="image/png">Map</object></p>'
    )
    reading = qti.read(
        zipped(
            {
                "imsmanifest.xml": MANIFEST,
                "tests/test.xml": TEST,
                "items/a.xml": item_xml(with_picture + choice(), declared("A"), MATCH),
                "items/b.xml": item_xml(choice(), declared("A"), MATCH),
                "items/c c.xml": item_xml(
                    '<p><img src="no.png"/><audio src="a.mp3"/><a href="s.pdf">S</a></p>' + choice(),
                    declared("A"),
                    MATCH,
                    attributes='lang="ru"',
                ),
                "items/d.xml": b"<p/>",
                "m/a b.png": b"picture",
                "m/map.png": b"map",
            }
        )
    )
    second, first, third = reading.items[1], reading.items[0], reading.items[2]
    assert (first.case, first.files) == (html('<p>Read <img src="m/map.png"></p>'), {"m/map.png": b"map"})
    assert (second.tags, second.category) == (("triage",), ("Health", "Border"))
    assert second.stem.text == (
        '<p>See <img src="../m/a%20b.png" alt="x"> and <img src="../m/map.png" alt="Map"></p><p>Which one?</p>'
    )
    assert second.files == {"../m/a%20b.png": b"picture", "../m/map.png": b"map"}
    assert (third.language, third.warnings) == (
        "ru",
        (
            "The picture no.png is not in the file.",
            "Sound, film or a page of another site was left out (audio).",
            "The file s.pdf is not a picture and was not taken over.",
        ),
    )
    assert reading.errors == [Problem(10, "items/e.xml: The manifest names this file, but it is not in the package.")]


def test_a_text_that_several_items_share_is_the_case():
    item = item_xml(choice(), declared("A"), MATCH).replace(
        b"<itemBody>", b'<assessmentStimulusRef identifier="s" href="s.xml"/><itemBody>'
    )
    stimulus = b"<qti-assessment-stimulus><qti-stimulus-body><p>Amina</p></qti-stimulus-body></qti-assessment-stimulus>"
    (read,) = qti.read(zipped({"items/a.xml": item, "items/s.xml": stimulus})).items
    assert read.case == html("<p>Amina</p>")


def test_a_test_that_names_itself_many_times_ends():
    manifest = '<manifest><resources><resource type="imsqti_test_xmlv3p0" href="t.xml"/></resources></manifest>'
    test = (
        "<assessmentTest>"
        + '<assessmentSectionRef href="t.xml"/>' * 50
        + '<assessmentItemRef href="a.xml"/></assessmentTest>'
    )
    item = item_xml(choice(), declared("A"), MATCH)
    reading = qti.read(zipped({"imsmanifest.xml": manifest, "t.xml": test, "a.xml": item}))
    assert (len(reading.items), reading.errors) == (1, [])


def test_sections_within_each_other_without_end_are_refused():
    manifest = '<manifest><resources><resource type="imsqti_test_xmlv3p0" href="t0.xml"/></resources></manifest>'
    ref = '<assessmentTest><assessmentSectionRef href="t%s.xml"/></assessmentTest>'
    tests = {f"t{number}.xml": ref % (number + 1) for number in range(500)}
    (found,) = qti.read(zipped({"imsmanifest.xml": manifest, **tests})).errors
    assert found.message.endswith(".xml: The test has too many sections within each other.")


def test_a_picture_of_many_items_is_kept_once():
    body = '<p><img src="a.png"/></p>' + choice()
    item = item_xml(body, declared("A"), MATCH)
    first, second = qti.read(zipped({"1.xml": item, "2.xml": item, "a.png": b"picture"})).items
    assert first.files["a.png"] is second.files["a.png"]


def test_thousands_of_items_are_read():
    one = item_xml(choice(), declared("A"), MATCH).partition(b"?>")[2]
    reading = qti.read(b"<assessmentTest>" + one * 3_000 + b"</assessmentTest>")
    assert (len(reading.items), reading.errors) == (3_000, [])


# Whatever comes

PIECES = ["", "<p/>", "<match/>", "<gap/>", "<simpleChoice/>", "-1e9", "[[g1]]", '"', "<value/>", "é"]

SAMPLES = [
    item_xml(choice(), declared("A", mapping=points({"A": 1})), condition(IS_RIGHT), modal("A", "x")),
    item_xml(
        entry(),
        declared(["5"], base="float"),
        condition(f'<equal toleranceMode="absolute" tolerance="1">{VARIABLE}{KEY}</equal>'),
    ),
    match_item(["a X", "b Z"]),
    order_item("CAB"),
    gap_match(WORDS, ["W G1", "Su G2"]),
]


@given(st.data())
@settings(deadline=None, max_examples=300)
def test_damaged_items_are_read_or_refused(data):
    text = data.draw(st.sampled_from(SAMPLES)).decode()
    for _round in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 40)))
        put = data.draw(st.sampled_from(PIECES) | st.text(max_size=4))
        text = text[:start] + put + text[end:]
    assert is_read_or_refused(text.encode(errors="replace"))


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_items_with_elements_missing_or_twice_are_read_or_refused(data):
    root = ElementTree.fromstring(data.draw(st.sampled_from(SAMPLES)))
    for _round in range(data.draw(st.integers(1, 3))):
        parent = data.draw(st.sampled_from([each for each in root.iter() if len(each)] or [root]))
        child = parent[data.draw(st.integers(0, len(parent) - 1))] if len(parent) else root
        data.draw(st.sampled_from([parent.append, root.append, _emptied, _nameless, *([parent.remove] * len(parent))]))(
            ElementTree.fromstring(ElementTree.tostring(child)) if child is root else child
        )
    assert is_read_or_refused(ElementTree.tostring(root))


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_damaged_packages_are_read_or_refused(data):
    files = {
        "imsmanifest.xml": MANIFEST,
        "tests/test.xml": TEST,
        "items/a.xml": SAMPLES[0].decode(),
        "m/map.png": "map",
    }
    name = data.draw(st.sampled_from(sorted(files)))
    text = files[name]
    start = data.draw(st.integers(0, len(text)))
    end = min(len(text), start + data.draw(st.integers(0, 40)))
    files[name] = text[:start] + data.draw(st.sampled_from([*PIECES, "../", "..\\", "%00", "//"])) + text[end:]
    content = zipped(files)
    cut = data.draw(st.integers(0, len(content)) | st.just(len(content)))
    assert is_read_or_refused(content[:cut])
    assert is_read_or_refused(content[:cut] + b"\xff" + content[cut + 1 :])


def _emptied(node):
    node[:] = []


def _nameless(node):
    node.attrib.clear()


def is_read_or_refused(content):
    try:
        reading = qti.read(content)
    except FormatError as error:
        return bool(error.message)
    return bool(reading.items or reading.errors)
