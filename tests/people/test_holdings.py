"""What is held about people: every key to a person or an account is thought about."""

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from people.holdings import Erasing, Holding, holdings, register, uncovered
from people.models import Account, Person
from people.services import rows_of
from tests.factories.people import make_account

TARGETS = (Person, Account)


def test_every_key_to_a_person_or_an_account_says_how_it_is_shown_erased_and_merged():
    assert uncovered(apps.get_models(include_auto_created=False), TARGETS) == []


@isolate_apps("people")
def test_a_model_with_a_key_that_nobody_thought_about_is_found():
    class Diary(models.Model):
        person = models.ForeignKey(Person, on_delete=models.PROTECT)
        read_by = models.ManyToManyField(Account)

        class Meta:
            app_label = "people"

    assert uncovered([Diary], TARGETS) == ["people.Diary.person", "people.Diary.read_by"]


@isolate_apps("people")
def test_a_model_that_inherits_its_key_needs_no_word_of_its_own():
    class Letter(models.Model):
        written_by = models.ForeignKey(Account, on_delete=models.PROTECT)

        class Meta:
            app_label = "people"

    class LongLetter(Letter):
        class Meta:
            app_label = "people"

    assert uncovered([Letter, LongLetter], TARGETS) == ["people.Letter.written_by"]


def test_the_same_way_cannot_be_registered_with_two_meanings():
    known = next(each for each in holdings() if each.model == "courses.Enrolment")
    register(known)

    with pytest.raises(ValueError, match=r"courses\.Enrolment\.person is registered twice"):
        register(Holding("courses.Enrolment", "person", Erasing.DELETES))


def test_what_stays_as_it_is_says_why():
    silent = [f"{each.model}.{each.path}" for each in holdings() if each.erasing == Erasing.KEEPS and not each.why]

    assert silent == []


@pytest.mark.django_db
def test_every_holding_can_be_asked_for_and_names_fields_that_exist():
    person = make_account().person

    for holding in holdings():
        rows = rows_of(holding, person)
        assert rows.filter(**holding.among).count() >= 0
        for name in (*holding.emptied, *holding.replaced):
            assert rows.model._meta.get_field(name).concrete
