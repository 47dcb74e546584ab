"""The operator's page in the CMS: for administrators, in three languages, with a fixed number of queries."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.users.models import UserProfile

from core.jobs import enqueue
from mail.models import Message
from operations.models import JobSetAside
from operations.services import dead_letters, run_due_jobs
from tests.factories.people import make_account, make_person
from tests.jobs import DATABASE_QUEUE

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]
PAGE = "/cms/operations/"


@pytest.fixture(autouse=True)
def _database_queue(settings):
    settings.TASKS = DATABASE_QUEUE


@pytest.fixture
def administrator(client):
    account = make_account("administrator")
    client.force_login(account)
    return account


def give_up_a_job() -> DBTaskResult:
    enqueue("mail.tasks.send_to_support", "Help", "I am Ivan Sidorov", "ivan@example.org")
    job = DBTaskResult.objects.ready().get()
    job.set_failed(ValueError("no such <b>message</b>"))
    return job


def test_what_is_not_well_stands_first_with_a_way_to_mend_it(client, administrator):
    give_up_a_job()

    page = client.get(PAGE).content.decode()

    assert "<strong>1 job was given up or lost.</strong><p>Read in the CMS, under Operations, why;" in page
    assert page.index("What is not well") < page.index("1 job was given up") < page.index("The database answers.")
    assert "ValueError: no such &lt;b&gt;message&lt;/b&gt;" in page


def test_what_a_job_was_given_is_shown_to_nobody(client, administrator):
    give_up_a_job()

    page = client.get(PAGE).content.decode()

    assert "mail.tasks.send_to_support" in page
    assert [word for word in ("Ivan", "ivan@example.org") if word in page] == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "What is not well"), ("ru", "Что не в порядке"), ("be", "Што не ў парадку")]
)
def test_it_speaks_the_language_of_the_reader(client, administrator, language, words):
    UserProfile.objects.create(user=administrator, preferred_language=language)

    assert words in client.get(PAGE).content.decode()


def test_a_job_is_tried_again_by_a_button(client, administrator):
    job = give_up_a_job()

    answer = client.post(f"{PAGE}jobs/{job.pk}/try-again/", follow=True)

    assert "mail.tasks.send_to_support waits for a worker again." in answer.content.decode()
    assert (list(dead_letters()), DBTaskResult.objects.ready().get().pk) == ([], job.pk)


def test_a_job_is_set_aside_with_a_reason(client, administrator):
    job = give_up_a_job()

    refused = client.post(f"{PAGE}jobs/{job.pk}/set-aside/", {"reason": ""})
    taken = client.post(f"{PAGE}jobs/{job.pk}/set-aside/", {"reason": "Answered by telephone."}, follow=True)
    late = client.post(f"{PAGE}jobs/{job.pk}/set-aside/", {"reason": "Answered by telephone."}, follow=True)

    assert "<details open>" in refused.content.decode()
    assert "mail.tasks.send_to_support was set aside." in taken.content.decode()
    assert "Somebody has dealt with this job already" in late.content.decode()
    assert JobSetAside.objects.get().reason == "Answered by telephone."


def test_only_administrators_have_it_in_their_menu(client, administrator):
    assert "/cms/operations/" in client.get("/cms/").content.decode()

    client.force_login(make_account("editor"))
    assert "/cms/operations/" not in client.get("/cms/").content.decode()
    assert client.get(PAGE).status_code == 302


def test_recurring_work_and_mails_that_were_given_up_are_listed(client, administrator):
    before = client.get(PAGE).content.decode()
    run_due_jobs()
    person = make_person()
    Message.objects.create(
        key="a", recipient=person, address=person.email, subject="Your seat", failure="550 no such user", state="failed"
    )

    Message.objects.create(
        key="b",
        recipient=person,
        address=person.email,
        subject="Cut off",
        state="sending",
        send_after=timezone.now() - timedelta(days=1),
    )
    Message.objects.create(key="c", recipient=person, address=person.email, subject="On its way", state="sending")

    page = client.get(PAGE).content.decode()

    assert ("Cut off" in page, "On its way" in page) == (True, False)
    assert "Its process was killed while it was being sent." in page
    assert ("never yet" in before, "never yet" in page) == (True, False)
    assert ("Your seat" in page, "550 no such user" in page, person.email in page) == (True, True, False)


def test_it_asks_as_much_with_one_job_as_with_three(client, administrator, django_assert_max_num_queries):
    give_up_a_job()
    client.get(PAGE)
    with django_assert_max_num_queries(60) as first:
        client.get(PAGE)
    give_up_a_job()
    DBTaskResult.objects.update(started_at=timezone.now())
    give_up_a_job()

    with django_assert_max_num_queries(len(first)):
        client.get(PAGE)
