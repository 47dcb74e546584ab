"""The page on which those who run a workshop see what its participants are told."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from mail.models import Message
from tests.factories.people import make_account
from tests.factories.workshops import make_facilitator, make_workshop, register
from workshops.services import cancel_workshop

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _before_the_workshop(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def facilitator():
    return make_facilitator()


@pytest.fixture
def workshop(facilitator):
    return make_workshop(code="W1", facilitator=facilitator)


@pytest.fixture
def client(facilitator, client_of):
    return client_of(facilitator)


def page_of(client, address="/en/workshops/W1/messages/"):
    return unescape(client.get(address).content.decode())


@pytest.mark.parametrize("address", ["/en/workshops/W1/messages/", "/en/workshops/W1/manage/"])
def test_what_is_planned_is_listed_with_person_time_subject_and_state(client, workshop, address):
    person = register(workshop).person

    page = page_of(client, address)

    message = Message.objects.earliest("send_after")
    shown = [str(person), "06.03.2026 09:00", message.subject, "planned", f"/messages/{message.pk}/stop/"]
    assert [words for words in shown if words not in page.replace("\N{NO-BREAK SPACE}", " ")] == []
    assert "2 messages are planned." in page


def test_without_messages_the_page_says_when_there_will_be_some(client, workshop):
    assert "No message yet" in page_of(client)


def test_what_waits_comes_first_in_the_order_in_which_it_goes(client, workshop):
    register(workshop)
    cancel_workshop(workshop=workshop, reason="The hall is closed")
    cancelled = Message.objects.filter(state="cancelled")

    rows = page_of(client).split("<tr>")[2:]

    assert len(rows) == 3
    assert "Cancelled: Workshop 1" in rows[0]
    assert cancelled.count() == 2


def test_a_facilitator_stops_one_and_reads_so(client, workshop):
    register(workshop)
    message = Message.objects.earliest("send_after")

    answer = client.post(f"/en/workshops/W1/messages/{message.pk}/stop/", follow=True)

    message.refresh_from_db()
    assert (message.state, message.stopped_at) == ("cancelled", NOW)
    page = unescape(answer.content.decode())
    assert f"{message.recipient} will not receive this message." in page
    assert "stopped" in page
    assert f"/messages/{message.pk}/stop/" not in page


def test_one_that_has_gone_cannot_be_stopped_any_more(client, workshop):
    register(workshop)
    message = Message.objects.earliest("send_after")
    Message.objects.filter(pk=message.pk).update(state="sent", sent_at=NOW)

    answer = client.post(f"/en/workshops/W1/messages/{message.pk}/stop/", follow=True)

    assert "This message has gone already." in unescape(answer.content.decode())


def test_messages_of_other_workshops_and_of_other_things_are_out_of_reach(client, client_of, workshop):
    other = make_workshop(code="W11")
    register(other)
    foreign = Message.objects.earliest("send_after")
    alike = Message.objects.get(pk=foreign.pk)
    alike.pk, alike.key = None, f"workshop:{workshop.pk}1:reminder"
    alike.save(force_insert=True)

    assert str(foreign.recipient) not in page_of(client)
    for message in (foreign, alike):
        assert client.post(f"/en/workshops/W1/messages/{message.pk}/stop/").status_code == 404
        assert client.post(f"/en/workshops/W11/messages/{message.pk}/stop/").status_code == 404
    assert client_of(make_account()).get("/en/workshops/W1/messages/").status_code == 404
    assert set(Message.objects.values_list("state", flat=True)) == {"planned"}


@pytest.mark.parametrize("people", [1, 30])
def test_a_long_list_comes_in_pages_and_costs_the_same(client, workshop, django_assert_max_num_queries, people):
    for _each in range(people):
        register(workshop)
    Message.objects.filter(state="planned").update(send_after=NOW + timedelta(days=1))

    with django_assert_max_num_queries(8):
        page = page_of(client)

    assert page.count("/stop/") == min(2 * people, 50)
    assert len(page.encode()) < 100_000
