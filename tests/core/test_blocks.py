"""Blocks name other things by codes that can stand in an address; a video comes with captions and a transcript.

The choices of a case lead somewhere, or to its end.
"""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.blocks import StructBlockValidationError
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from core.blocks import CaseBlock, CodeBlock, VideoBlock


@pytest.mark.parametrize("code", ["M1-P11", "right-to-health", "S34", "M1.2_b"])
def test_codes_are_letters_digits_dots_and_hyphens(code: str) -> None:
    assert CodeBlock().clean(code) == code


@pytest.mark.parametrize("code", ["right to health", "-x", "a/b", "право", "<b>"])
def test_anything_else_is_refused(code: str) -> None:
    with pytest.raises(ValidationError):
        CodeBlock().clean(code)


def test_a_translator_never_sees_a_code() -> None:
    block = CodeBlock()

    assert (block.get_translatable_segments("S34"), block.restore_translated_segments("S34", [])) == ([], "S34")


# --- Videos ----------------------------------------------------------------------------------------------------------
WORDS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nA word\n"


def file(name: str, data: bytes) -> Document:
    return Document.objects.create(title=name, file=ContentFile(data, name=name))


def video(**changed: Any) -> Any:
    """A whole video as the editor hands it in, with some parts changed."""
    captions = {f"captions_{code}": file(f"talk.{code}.vtt", WORDS).pk for code in ("en", "ru", "be")}
    parts = {
        "title": "A talk",
        "video": file("talk.mp4", b"0" * 3000).pk,
        "poster": Image.objects.create(title="Still", file=get_test_image_file(size=(800, 600))).pk,
        **captions,
        "transcript": "<p>What was said.</p>",
    }
    return VideoBlock().to_python({**parts, **changed})


def refusals(value: Any) -> dict[str, list[str]]:
    """What the editor reads beside each part."""
    with pytest.raises(StructBlockValidationError) as refused:
        VideoBlock().clean(value)
    return {name: error.messages for name, error in refused.value.block_errors.items()}


@pytest.mark.django_db
def test_a_whole_video_is_accepted() -> None:
    value = video()

    assert VideoBlock().clean(value) == value


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["captions_en", "captions_ru", "captions_be"])
def test_a_video_without_captions_in_a_language_is_refused_with_a_sentence(name: str) -> None:
    sentence = (
        "A video needs captions in every language: people who do not hear it read them, and the same video stands "
        "in all translations of the lesson."
    )
    assert refusals(video(**{name: None})) == {name: [sentence]}


@pytest.mark.django_db
def test_captions_may_wait_while_the_lesson_is_a_draft() -> None:
    block = VideoBlock()
    value = video(captions_ru=None)

    block.defer_required_validation()

    assert block.clean(value) == value


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"\xef\xbb\xbf" + WORDS, b"WEBVTT - a talk\n"])
def test_captions_are_known_by_their_first_line(data: bytes) -> None:
    value = video(captions_en=file("a.vtt", data).pk)

    assert VideoBlock().clean(value) == value


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"", b"1\n00:00:00,000 --> 00:00:01,000\nSubRip\n"])
def test_a_file_that_holds_no_captions_is_refused(data: bytes) -> None:
    assert refusals(video(captions_be=file("a.vtt", data).pk)) == {
        "captions_be": ["This file holds no captions. Captions are a text file whose first line says WEBVTT."]
    }


@pytest.mark.django_db
def test_a_file_that_no_browser_plays_is_refused() -> None:
    assert refusals(video(video=file("talk.pdf", b"%PDF").pk)) == {
        "video": ["This file is no video that browsers play. Choose an MP4 or a WebM file."]
    }


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Wagtail leaves the file of a rendition open
def test_a_page_offers_captions_in_three_languages_its_own_first_and_the_transcript() -> None:
    value = video()

    html = VideoBlock().render(value, {"language": "ru"})

    player = html[html.index("<video") : html.index("</video>")]
    tracks = re.findall(r'<track kind="captions" src="(.*?)" srclang="(..)" label="(.*?)"( default)?>', player)
    assert tracks == [
        (value["captions_en"].url, "en", "English", ""),
        (value["captions_ru"].url, "ru", "Русский", " default"),
        (value["captions_be"].url, "be", "Беларуская", ""),
    ]
    assert "<p>What was said.</p>" in html[html.index("</video>") :]


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_player_loads_nothing_by_itself_and_says_its_size_before() -> None:
    html = VideoBlock().render(video(), {"language": "en"})

    player = html[html.index("<video") : html.index(">", html.index("<video"))]
    assert {"controls", 'preload="none"', 'width="800"', 'height="600"'} <= set(player.split())
    assert "autoplay" not in html
    assert "MP4, 2.9\xa0KB" in html


# --- Cases -----------------------------------------------------------------------------------------------------------
def situation(code: str, *leads: str) -> dict[str, Any]:
    """A situation with a choice for each place that it leads to."""
    choices = [
        {"text": f"Choice {code}{number}", "consequence": f"<p>After {code}{number}</p>", "leads_to": place}
        for number, place in enumerate(leads, start=1)
    ]
    return {"code": code, "text": f"<p>At {code}</p>", "choices": choices}


def case(*situations: dict[str, Any]) -> Any:
    parts = {"title": "At the desk", "text": "<p>A man comes in.</p>", "questions": ["Why?"]}
    return CaseBlock().to_python({**parts, "situations": list(situations)})


def complaints(value: Any) -> list[str]:
    """What the editor reads about the situations of a case."""
    with pytest.raises(StructBlockValidationError) as refused:
        CaseBlock().clean(value)
    return list(refused.value.block_errors["situations"].non_block_errors)


def test_a_case_may_branch_and_meet_again_and_needs_no_situations() -> None:
    branching = case(situation("desk", "room", "door", ""), situation("door", "room", ""), situation("room", "", ""))

    accepted = [CaseBlock().clean(value)["situations"] for value in (branching, case())]

    assert [[each["code"] for each in situations] for situations in accepted] == [["desk", "door", "room"], []]


def test_a_case_of_before_there_were_situations_is_still_a_case() -> None:
    value = CaseBlock().to_python({"title": "Old", "text": "<p>A story.</p>", "questions": ["Why?"]})

    assert (list(value["situations"]), "Situation" in CaseBlock().render(value)) == ([], False)


@pytest.mark.parametrize(
    ("situations", "complaint"),
    [
        (
            [("desk", "", "room"), ("room", "", ""), ("room", "", "")],
            "Two situations are called “room”. Give each a short name of its own.",
        ),
        (
            [("desk", "", ""), ("room", "", "")],
            "No choice leads to the situation “room”. Name it in a choice before it, or remove it.",
        ),
        (
            [("desk", "", "room"), ("room", "desk", "")],
            "A choice leads to “desk”, but no later situation is called so. Change the name, or leave it empty.",
        ),
        (
            [("desk", "", "desk")],
            "A choice leads to “desk”, but no later situation is called so. Change the name, or leave it empty.",
        ),
    ],
    ids=["the same name twice", "reached by nobody", "back to an earlier one", "round in a circle"],
)
def test_a_case_in_which_a_reader_gets_lost_is_refused(situations: list[tuple[str, ...]], complaint: str) -> None:
    assert complaints(case(*(situation(*each) for each in situations))) == [complaint]


@pytest.mark.parametrize("number", [1, 5])
def test_a_situation_has_two_to_four_choices(number: int) -> None:
    with pytest.raises(StructBlockValidationError):
        CaseBlock().clean(case(situation("desk", *[""] * number)))


def test_a_case_opens_without_javascript_and_each_choice_holds_what_it_leads_to() -> None:
    html = CaseBlock().render(case(situation("desk", "room", "room", ""), situation("room", "", "")))

    said = re.findall(
        r"<details|</details>|<summary>(.*?)</summary>|<p[^>]*>((?:At|After|It|Situation) ?.*?)</p>", html
    )
    room = ["Situation 2", "At room", "Choice room1", "After room1", "Choice room2", "After room2"]
    assert [first or second for first, second in said if first or second] == [
        *["Situation 1", "At desk", "Choice desk1", "After desk1"], *room,
        # Paper has the second situation already, and says where.
        *["Choice desk2", "After desk2", "It goes on with situation 2."], *room,
        *["Choice desk3", "After desk3"],
    ]  # fmt: skip
    assert (html.count('class="stack screen-only"'), html.count("<details")) == (1, 7)
    assert html.count('<details class="opens-on-paper">') == html.count("</details>") == html.count("What follows")


def test_a_draft_whose_choice_leads_nowhere_can_be_looked_at() -> None:
    html = CaseBlock().render(case(situation("desk", "nowhere", "desk")))

    assert (html.count("<details"), html.count("Situation ")) == (2, 1)
