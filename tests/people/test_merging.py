"""Two records of one human being become one, and two again."""

import json
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail as outbox
from django.db import models
from django.utils import timezone

from assessments.services import Answer, save_responses
from audit.models import Event
from certificates.models import Certificate
from courses.models import Enrolment, FinalAttempt, LessonProgress
from courses.services import complete_lesson, start_final_test
from mail.models import Message
from people.holdings import Merging, holdings
from people.models import Account, Membership, Merge, NotTheSame, Person, RoleGrant
from people.services import (
    MergePlan,
    PeopleError,
    erase_person,
    foresee_merge,
    mark_not_the_same,
    merge_persons,
    rows_of,
    torn_apart,
    undo_merge,
)
from people.services.holdings import leads_to_account
from tests.factories.assessments import make_attempt, make_question, make_test
from tests.factories.certificates import make_certificate
from tests.factories.courses import give_final_test, make_enrolment, make_module
from tests.factories.people import give_role, join, make_account, make_agency, make_person
from tests.factories.rows import make_row
from tests.factories.workshops import make_workshop, mark, open_session, register
from workshops.models import AttendanceRecord, Registration
from workshops.services import sign_off

pytestmark = [pytest.mark.django_db, pytest.mark.db]
# What a merge and its undoing write beside the records themselves.
BESIDE = {"audit.Event", "mail.Message", "people.Merge", "sessions.Session", "usersessions.UserSession"}


@pytest.fixture
def manager() -> Account:
    return make_account("manager")


@pytest.fixture
def pair() -> tuple[Person, Person]:
    """One human being, recorded twice in one clinic."""
    clinic = make_agency(code="clinic")
    names = {"family_name": "Кавалёва", "given_name": "Ганна"}
    return make_person(agency=clinic, **names), make_person(agency=clinic, **names, patronymic="", email="")


def everything() -> dict[str, str]:
    """The whole database as text, by model, apart from what is written beside."""
    return {
        model._meta.label: json.dumps(list(models.QuerySet(model).order_by("pk").values()), default=str)
        for model in apps.get_models()
        if model._meta.label not in BESIDE and model._meta.managed
    }


def merge(kept: Person, merged: Person, actor: Account, **choices) -> Merge:
    return merge_persons(plan=MergePlan(kept, merged, actor, **choices))


def undo(done: Merge, actor: Account) -> None:
    undo_merge(merge=Merge.objects.get(pk=done.pk), actor=actor)


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [f"{label}: {before[label]} → {after[label]}" for label in before if before[label] != after[label]]


# --- Everything goes over ---------------------------------------------------------------------------------------------

DIRECT = [
    each
    for each in holdings()
    if each.merging != Merging.STAYS and "__" not in each.path and each.path not in {"pk", "merged_into"}
    and each.model not in {"people.Account", "people.NotTheSame", "people.Erasure", "usersessions.UserSession"}
]  # fmt: skip


def rows_everywhere(owner: Person) -> dict[str, int]:
    """Give a person a row in every holding; return {"<app>.<model>.<path>": key}."""
    account = Account.objects.filter(person=owner).first()
    made = {}
    for holding in DIRECT:
        of_account = leads_to_account(holding)
        ended = {"valid_from": date(2023, 1, 1), "valid_to": date(2024, 1, 1)}
        more = ended if holding.model == "people.RoleGrant" else {}
        row = make_row(apps.get_model(holding.model), **{holding.path: account if of_account else owner}, **more)
        made[f"{holding.model}.{holding.path}"] = row.pk
    return made


def with_accounts(pair: tuple[Person, Person]) -> None:
    """Let both sign in; the account of the first was used last."""
    kept, merged = pair
    make_account(person=kept)
    Person.objects.filter(pk=merged.pk).update(email="second@example.org")
    merged.refresh_from_db()
    make_account(person=merged)
    Account.objects.filter(person=kept).update(last_login=timezone.now())


def a_world() -> None:
    """What rows of every kind hang on."""
    register(make_workshop(), make_person(agency=make_agency()))
    make_test(make_question("single"))
    make_module(lessons=1)


def test_a_row_of_every_holding_goes_over_and_comes_back(manager, pair):
    kept, merged = pair
    a_world()
    with_accounts(pair)
    made = rows_everywhere(merged)
    before = everything()

    done = merge(kept, merged, manager)

    left = [each for each in DIRECT if rows_of(each, merged).exists()]
    assert left == []
    gone = [each for each in DIRECT if not rows_of(each, kept).exists()]
    assert gone == []
    assert set(made) == {f"{each.model}.{each.path}" for each in DIRECT}
    assert torn_apart([kept.pk, merged.pk]) == []
    undo(done, manager)
    assert differences(before, everything()) == []


def test_where_both_have_the_same_of_everything_nothing_breaks_and_everything_comes_back(manager, pair):
    kept, merged = pair
    a_world()
    with_accounts(pair)
    rows_everywhere(kept)
    for holding in DIRECT:
        for own in rows_of(holding, kept):
            make_row(type(own), **{**same_as(own, holding.path), holding.path: of_the_other(own, holding.path, merged)})
    before = everything()

    foresee_merge(plan=MergePlan(kept, merged, manager))
    assert differences(before, everything()) == []
    done = merge(kept, merged, manager)

    assert [each for each in DIRECT if rows_of(each, merged).exists()] == []
    assert torn_apart([kept.pk, merged.pk]) == []
    undo(done, manager)
    assert differences(before, everything()) == []


def same_as(row: models.Model, path: str) -> dict[str, object]:
    """What another row may have in common with this one."""
    fields = [each for each in row._meta.concrete_fields if not each.primary_key and not each.unique]
    apart = {path, "email"} if row._meta.label in {"account.EmailAddress", "people.Invitation"} else {path}
    return {each.name: getattr(row, each.name) for each in fields if each.name not in apart}


def of_the_other(row: models.Model, path: str, other: Person) -> object:
    return other if row._meta.get_field(path).related_model is Person else Account.objects.get(person=other)
