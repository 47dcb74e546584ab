"""Nothing deletes a certificate: not a page, a module, a workshop, a design, an account, a person or an agency."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from certificates.models import Certificate, Design, DesignVersion, LogEntry, PaperBatch, PublicKey
from certificates.services import award_registration, revoke, seal
from core.models import AppendOnlyError
from courses.models import Module
from people.models import Account
from people.services import PeopleError, remove_agency
from tests.certificates.services.test_papers import enter, row
from tests.factories.certificates import make_certificate, make_completed_registration
from tests.factories.courses import make_enrolment, make_lesson_page, make_module_page
from tests.factories.people import make_account, make_agency

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def certificate() -> Certificate:
    certificate = make_certificate()
    return revoke(certificate=certificate, reason="Mistake", actor=make_account("manager"))


@pytest.fixture
def attended() -> Certificate:
    return seal(certificate=award_registration(registration=make_completed_registration()))


def on_paper(_certificate: Certificate) -> PaperBatch:
    make_agency(code="CLINIC-1")
    return enter([row()])


NAMED: dict[str, Callable[[Certificate], Model]] = {
    "module": lambda certificate: certificate.enrolment.module,
    "enrolment": lambda certificate: certificate.enrolment,
    "person": lambda certificate: certificate.person,
    "agency": lambda certificate: certificate.agency,
    "account that decided": lambda certificate: certificate.status_by,
}


@transaction.atomic
def delete_in_database(instance: Model) -> None:
    """Delete a row behind the back of the product; both databases look at foreign keys when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {instance._meta.db_table} WHERE id = %s", [instance.pk])
    connection.check_constraints()


@pytest.mark.parametrize("choose", NAMED.values(), ids=NAMED.keys())
def test_what_a_certificate_names_is_protected(certificate, choose):
    with pytest.raises(ProtectedError):
        choose(certificate).delete()

    assert Certificate.objects.filter(pk=certificate.pk).exists()


@pytest.mark.parametrize("choose", NAMED.values(), ids=NAMED.keys())
def test_the_database_itself_keeps_what_a_certificate_names(certificate, choose):
    with pytest.raises(IntegrityError):
        delete_in_database(choose(certificate))


def test_the_database_itself_keeps_a_certificate_that_the_log_names(certificate):
    with pytest.raises(IntegrityError):
        delete_in_database(certificate)


def test_a_workshop_and_its_registrations_stay(attended):
    registration = attended.registration

    for named in (registration, registration.workshop):
        with pytest.raises((ProtectedError, AppendOnlyError)):
            named.delete()
    assert Certificate.objects.filter(pk=attended.pk).exists()


def test_the_service_that_removes_agencies_says_what_names_one(certificate):
    with pytest.raises(PeopleError):
        remove_agency(agency=certificate.agency)


def test_an_account_that_goes_takes_no_certificate_along(certificate):
    account = make_account(email="holder@example.org")
    own = make_certificate(person=account.person)
    account.role_grants.all().delete()
    Account.objects.filter(pk=account.pk).delete()

    assert Certificate.objects.get(pk=own.pk).person_id == account.person_id


def test_certificates_and_what_they_are_made_of_have_no_way_to_go(certificate):
    design = Design.objects.create(name="Spring")
    version = DesignVersion.objects.create(design=design, number=1, parameters={})
    for model in (Certificate, LogEntry, Design, DesignVersion, PaperBatch, PublicKey):
        with pytest.raises(AppendOnlyError):
            model.objects.all().delete()
    for row_ in (certificate, certificate.log.first(), version):
        with pytest.raises(AppendOnlyError):
            row_.delete()
    with pytest.raises(ProtectedError):
        design.delete()


def test_a_list_of_paper_certificates_stays(certificate):
    batch = on_paper(certificate)

    with pytest.raises(AppendOnlyError):
        batch.delete()


def test_the_page_of_a_module_with_certificates_is_not_deleted_in_the_cms(client_of: Callable[[Account], Client]):
    editor = client_of(Account.objects.create_superuser("root@example.org"))
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")
    holder = make_account(email="holder@example.org", agency=make_agency())
    enrolment = make_enrolment(holder.person, Module.objects.get(code="M9"), read=1)
    assert Certificate.objects.filter(enrolment=enrolment).exists()
    before = Page.objects.count()

    address = reverse("wagtailadmin_pages:delete", args=[page.pk])
    editor.post(address, {"confirm": "yes", "confirm_site_name": "Migration Health Academy"}, follow=True)

    assert Page.objects.count() == before
