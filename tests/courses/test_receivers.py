"""What this app does when something happens elsewhere."""

import logging

import pytest

from assessments.signals import attempt_marked
from courses.models import Enrolment, Module
from courses.receivers import complete_after_test
from people.models import Account
from tests.factories.assessments import make_attempt, make_test
from tests.factories.courses import give_final_test, make_enrolment, make_lesson_page, make_module, make_module_page

pytestmark = pytest.mark.django_db


def test_an_attempt_at_another_test_completes_nothing(account: Account) -> None:
    module = make_module(lessons=1)
    give_final_test(module)
    make_enrolment(account.person, module, read=1)
    attempt = make_attempt(account.person, make_test(code="OTHER"))

    complete_after_test(sender=None, signal=attempt_marked, attempt=attempt)

    assert Enrolment.objects.get().completed_at is None


def test_a_page_whose_code_is_taken_is_logged_and_not_offered(caplog: pytest.LogCaptureFixture) -> None:
    make_module("M9", lessons=1)

    with caplog.at_level(logging.WARNING):
        make_lesson_page(make_module_page("M8"), "M9.1", title="Double")

    assert [record.getMessage().split(": ")[-1] for record in caplog.records] == [
        "This code belongs to something else already. Choose another one."
    ]
    assert Module.objects.get(code="M8").lessons.count() == 0
