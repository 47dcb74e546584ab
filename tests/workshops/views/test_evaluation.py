"""The page of questions, the results of a workshop, and the reading of what was written."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from tests.factories.evaluation import answer_many, ask, make_wave
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_facilitator, make_workshop, register
from workshops.models import EvaluationAnswer, EvaluationResponse
from workshops.permissions import evaluation_token

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
BEFORE = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)
RESULTS = "/en/workshops/W1/evaluation/"
FORM = f"{RESULTS}end/"
REVIEW = f"{FORM}review/"


@pytest.fixture
def facilitator():
    return make_facilitator()


@pytest.fixture
def wave(facilitator, time_machine):
    time_machine.move_to(BEFORE, tick=False)
    # A draft: nobody is written to when people are registered, which is told elsewhere and takes its time.
    workshop = make_workshop(code="W1", facilitator=facilitator, published=False)
    time_machine.move_to(NOW, tick=False)
    return make_wave(workshop)


@pytest.fixture
def client(facilitator, client_of):
    return client_of(facilitator)


@pytest.fixture
def asked(wave):
    """A participant with an account, and the invitation."""
    account = make_account()
    return account, ask(wave, account.person)


def words_of(response):
    """What a page says, in one line."""
    main = response.content.decode().split("<main", 1)[1].split("</main>")[0]
    text = unescape(re.sub(r"<[^>]+>", " ", main)).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", text)


# --- Answering -------------------------------------------------------------------------------------------------------


def test_a_participant_answers_once_and_reads_thanks(asked, client_of):
    account, invitation = asked
    client = client_of(account)
    page = words_of(client.get(FORM))
    assert "Clear? en" in page
    assert "Nobody learns what you answered" in page

    sent = client.post(FORM, {"E1": "4", "E2": "one", "E3": ["law"], "E4": "Because"}, follow=True)
    again = client.post(FORM, {"E1": "1"})

    assert "Thank you. Your answers have arrived." in words_of(sent)
    assert "Thank you. Your answers have arrived." in words_of(again)
    found = EvaluationAnswer.objects.order_by("question__number")
    assert [(each.number, each.codes, each.text) for each in found] == [
        (4, [], ""),
        (None, ["one"], ""),
        (None, ["law"], ""),
        (None, [], "Because"),
    ]
    invitation.refresh_from_db()
    assert invitation.answered


def test_the_address_of_a_mail_needs_no_sign_in_and_another_one_leads_nowhere(asked):
    address = f"/be/workshops/evaluation/{evaluation_token(asked[1])}/"

    page = Client().get(address)
    assert ("Clear? be" in words_of(page), page["Cache-Control"].count("no-store")) == (True, 1)
    assert Client().post(address, {"E1": "na"}).status_code == 302
    assert EvaluationResponse.objects.count() == 1
    assert Client().get(f"{address[:-2]}/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Answer at least one question."),
        ({"E1": "6"}, "Select a valid choice"),
        ({"E2": "three"}, "Select a valid choice"),
        ({"E4": "a" * 2001}, "at most 2000 characters"),
    ],
)
def test_an_empty_page_and_answers_that_nobody_offered_are_refused_in_a_sentence(asked, client_of, sent, sentence):
    page = words_of(client_of(asked[0]).post(FORM, sent))

    assert sentence in page
    assert EvaluationResponse.objects.count() == 0


@pytest.mark.parametrize(("later", "sentence"), [(-3, "This evaluation opens on"), (30, "This evaluation closed on")])
def test_before_it_opens_and_after_it_has_closed_the_page_says_so(asked, client_of, time_machine, later, sentence):
    time_machine.move_to(NOW + timedelta(days=later), tick=False)
    client = client_of(asked[0])

    assert sentence in words_of(client.get(FORM))
    assert sentence in words_of(client.post(FORM, {"E1": "4"}))
    assert EvaluationResponse.objects.count() == 0


def test_a_participant_who_was_not_asked_yet_reads_why_and_a_stranger_finds_nothing(wave, client_of):
    account = make_account()
    register(wave.workshop, account.person)

    assert "once they have taken part" in words_of(client_of(account).get(FORM))
    assert client_of(make_account()).get(FORM).status_code == 404


def test_every_question_is_a_group_with_a_legend_that_its_choices_belong_to(asked, client_of):
    page = client_of(asked[0]).get(FORM).content.decode()

    assert re.findall(r"<legend>([^<]+)</legend>", page) == ["Clear? en", "Which? en", "What? en"]
    assert 'aria-describedby="id_E1_helptext"' in page
    assert "1: never en · 5: always en" in page


# --- Results ---------------------------------------------------------------------------------------------------------


def test_without_a_wave_the_page_says_when_there_will_be_one(client, facilitator):
    make_workshop(code="W1", facilitator=facilitator, published=False)

    assert "No evaluation is planned" in words_of(client.get(RESULTS))


def test_of_four_answers_nothing_is_shown_but_how_many_there_are(client, wave):
    answer_many(wave, *[{"E1": 1, "E4": "Secret"}] * 4)
    ask(wave)

    page = words_of(client.get(RESULTS))

    assert "80 % (4/5)" in page
    assert "What was said is shown once 5 people have answered" in page
    assert [words for words in ("Clear? en", "Secret", "Mean") if words in page] == []


def test_five_answers_are_shown_with_counts_mean_top_two_and_interval(client, wave):
    given = [{"E1": 5, "E2": "one", "E3": ["law", "money"]}] * 3 + [{"E1": 4, "E2": "two"}, {"E1": 1, "E2": "two"}]
    answer_many(wave, *given, {"E1": "na"})

    page = words_of(client.get(RESULTS))

    said = [
        "100 % (6/6)",
        "Mean 4.00 Said 4 or 5 80 % (4/5) 95 % interval 38 % … 96 % Not applicable 1",
        "1 – never en 20 % (1/5)",
        "5 – always en 60 % (3/5)",
        "one en 60 % (3/5) 23 % … 88 %",
        "What? en Fewer than 5 people answered this question",
    ]
    assert [words for words in said if words not in page] == []


def test_a_low_response_rate_is_marked(client, wave):
    answer_many(wave, *[{"E1": 3}] * 5)
    for _each in range(6):
        ask(wave)

    assert "Fewer than half have answered." in words_of(client.get(RESULTS))


def test_whoever_can_be_reached_by_nothing_is_asked_and_not_counted_in_the_rate(client, wave):
    ask(wave, make_person(agency=make_agency(), email=""))
    answer_many(wave, *[{"E1": 3}] * 5)

    assert "Response rate 100 % (5/5) Asked 6 Reached 5 Answered 5" in words_of(client.get(RESULTS))


def test_kinds_of_agencies_are_shown_only_where_neither_they_nor_the_others_are_few(client, wave):
    answer_many(wave, *[{"E1": 5}] * 6, kind="ngo")
    answer_many(wave, *[{"E1": 2}] * 5, kind="education")
    page = words_of(client.get(RESULTS))
    assert "By kind of agency" in page
    assert "Clear? en 5.00 · 100 % (6/6) 2.00 · 0 % (0/5)" in page

    # Three more of a kind that is too small: whoever subtracts would know them, so the smaller kind is hidden as well.
    answer_many(wave, *[{"E1": 1}] * 3, kind="state_authority")
    page = words_of(client.get(RESULTS))
    assert "5.00 · 100 % (6/6)" in page
    assert "(0/5)" not in page


def test_what_was_written_is_shown_once_it_was_read_in_no_order_that_tells(client, wave):
    answer_many(wave, *({"E4": f"Written {number}"} for number in range(6)))
    page = words_of(client.get(RESULTS))
    assert ("Written" in page, "6 answers wait to be read." in page) == (False, True)

    EvaluationAnswer.objects.filter(text__in=["Written 1", "Written 4"]).update(reviewed=True)

    page = words_of(client.get(RESULTS))
    shown = re.findall(r"Written \d", page)
    by_key = EvaluationAnswer.objects.filter(reviewed=True).order_by("pk").values_list("text", flat=True)
    assert (shown, "4 answers wait to be read." in page) == (list(by_key), True)


def test_the_results_take_as_many_queries_for_five_answers_as_for_fifteen(client, wave, django_assert_num_queries):
    full = {"E1": 4, "E2": "one", "E3": ["law"], "E4": "Written"}
    answer_many(wave, *[full] * 5)
    client.get(RESULTS)
    with CaptureQueriesContext(connection) as few:
        client.get(RESULTS)
    answer_many(wave, *[full] * 10)

    with django_assert_num_queries(len(few)):
        client.get(RESULTS)


def test_a_manager_who_reads_results_reads_no_names(wave, client_of):
    answer_many(wave, *[{"E1": 3}] * 5)

    assert client_of(make_account("manager")).get(RESULTS).status_code == 200
    assert not Event.objects.filter(action="workshops.people_read").exists()


# --- Reading what was written ----------------------------------------------------------------------------------------


@pytest.fixture
def written(wave):
    answer_many(wave, {"E4": "Thanks to Anna"}, *({"E4": f"Written {number}"} for number in range(4)))
    return EvaluationAnswer.objects.get(text="Thanks to Anna")


def test_a_facilitator_takes_a_name_out_and_the_answer_is_shown_without_it(client, written):
    assert "Thanks to Anna" in words_of(client.get(REVIEW))

    sent = {f"text-{written.pk}": "Thanks to [...]", f"read-{written.pk}": "on"}
    others = EvaluationAnswer.objects.exclude(pk=written.pk)
    said = client.post(REVIEW, {**sent, **{f"text-{each.pk}": each.text for each in others}}, follow=True)

    assert "1 answer was read." in said.content.decode()
    page = words_of(client.get(RESULTS))
    assert ("Thanks to […]" in page, "Anna" in page, "Written" in page) == (True, False, False)
    assert "Thanks to […]" in words_of(client.get(f"{REVIEW}?show=read"))


def test_words_that_nobody_wrote_are_refused_at_their_answer(client, written):
    sent = {f"text-{written.pk}": "Thanks to everybody", f"read-{written.pk}": "on"}
    page = client.post(REVIEW, sent).content.decode()

    assert "You can only take words out" in page
    assert f'href="#id_text-{written.pk}"' in page
    written.refresh_from_db()
    assert (written.text, written.reviewed) == ("Thanks to Anna", False)


def test_of_four_written_answers_the_reviewer_sees_none(client, wave):
    answer_many(wave, *({"E1": 3, "E4": f"Written {number}"} for number in range(4)), {"E1": 3})

    page = words_of(client.get(REVIEW))
    assert ("Written" in page, "Nothing waits to be read" in page) == (False, True)


def test_an_empty_list_of_answers_that_were_read_says_so(client, wave):
    assert "No answer was read yet" in words_of(client.get(f"{REVIEW}?show=read"))
