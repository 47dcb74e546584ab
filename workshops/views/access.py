"""What the pages of those who run a workshop begin with: the workshop or session in their scope, or 404."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.services import record
from core.contents import MEDIA_TYPES, kind_by_name
from people.models import Account, Agency
from people.permissions import reader_of
from workshops.models import Facilitation, Registration, Session, Workshop
from workshops.permissions import can_nominate

SECTION = {"section": "workshops"}
SAFE = {"GET", "HEAD"}
FORM_METHODS = ["GET", "HEAD", "POST"]
# Pages of a workshop that name nobody but those who run it.
WITHOUT_PEOPLE = {
    "evaluation", "check_in_screen", "workshop_edit", "offline_register", "session_new", "session_edit",
    "session_repeat", "workshop_shift", "workshop_copy", "attendance_import",
}  # fmt: skip


def language() -> str:
    """The language in which the page is read."""
    return (get_language() or "")[:2]


def account_of(request: HttpRequest) -> Account:
    """Whoever is asking; the pages that use this are for people who are signed in."""
    return cast("Account", request.user)


def managed_workshop(request: HttpRequest, code: str, *rights: str) -> Workshop:
    """The workshop, if the account works on it, or helps in it with one of the rights.

    Whoever reads names without running it is noted.
    """
    account = account_of(request)
    workshops = Workshop.objects.worked_on_by(account, *rights) if rights else Workshop.objects.managed_by(account)
    workshop = get_object_or_404(workshops.select_related("outline", "test"), code=code)
    _note_reading(request, workshop, workshop)
    return workshop


def managed_session(request: HttpRequest, code: str, number: int) -> Session:
    """The session, if the account works on its workshop. Whoever reads names without running it is noted."""
    return _session(request, Session.objects.visible_to(account_of(request)), code, number)


def kept_session(request: HttpRequest, code: str, number: int) -> Session:
    """The session, if the account may fill its register, also as a helper. Whoever sees everybody is noted."""
    return _session(request, Session.objects.kept_by(account_of(request)), code, number)


def _session(request: HttpRequest, sessions: QuerySet[Session], code: str, number: int) -> Session:
    found = sessions.select_related("workshop", "room", "sign_off__signed_by__person")
    session = get_object_or_404(found, workshop__code=code, number=number)
    _note_reading(request, session, session.workshop)
    return session


def managed_registration(request: HttpRequest, pass_code: str) -> Registration:
    """The registration whose badge has this code, if the account works on its workshop or checks people in there."""
    managed = Workshop.objects.worked_on_by(account_of(request), Facilitation.Right.CHECK_IN).values("pk")
    registrations = Registration.objects.select_related("person", "agency", "workshop")
    registration = get_object_or_404(registrations, pass_code=pass_code, workshop__in=managed)
    _note_reading(request, registration, registration.workshop)
    return registration


def nominating(request: HttpRequest, code: str) -> tuple[Workshop, QuerySet[Agency]]:
    """The workshop, and the agencies for which the account names people. Whoever reads names of all is noted."""
    account = account_of(request)
    if not can_nominate(account):
        raise PermissionDenied(_("People are nominated by the coordinators of their agencies."))
    workshop = get_object_or_404(Workshop.objects.seen_by(account).select_related("outline"), code=code)
    _note_reading(request, workshop, workshop)
    return workshop, Agency.objects.visible_to(account)


def nominated_by(request: HttpRequest, code: str, person: str) -> Registration:
    """A registration that stands, of an agency for which the account names people."""
    account = account_of(request)
    agencies = Agency.objects.visible_to(account).values("pk")
    active = Registration.objects.active().filter(workshop__code=code, agency__in=agencies)
    registration = get_object_or_404(
        active.select_related("workshop", "person", "agency", "nominated_by"), person__public_code=person
    )
    _note_reading(request, registration, registration.workshop)
    return registration


def to_approve(request: HttpRequest, code: str, person: str) -> Registration:
    """A registration that stands, for whoever names people of its agency, or helps the workshop by approving."""
    helped = Workshop.objects.helped_by(account_of(request), Facilitation.Right.APPROVE).filter(code=code)
    found = Registration.objects.active().filter(workshop__in=helped.values("pk"), person__public_code=person)
    registration = found.select_related("workshop", "person", "agency", "nominated_by").first()
    return registration or nominated_by(request, code, person)


def _note_reading(request: HttpRequest, obj: Workshop | Session | Registration, workshop: Workshop) -> None:
    """Record that somebody who sees everybody looks at a page with names. What is sent is recorded where it is done."""
    reader, match = reader_of(request), request.resolver_match
    page = match.url_name if match else ""
    if request.method not in SAFE or page in WITHOUT_PEOPLE or not reader.sees_everybody:
        return
    if not Workshop.objects.facilitated_by(reader).filter(pk=workshop.pk).exists():
        record("workshops.people_read", obj=obj, actor=reader, after={"workshop": workshop.code, "page": page})


def note_taken(request: HttpRequest, obj: Workshop | Session, file_name: str) -> None:
    """Record that somebody takes along a file with names, whoever it is."""
    workshop = obj if isinstance(obj, Workshop) else obj.workshop
    after = {"workshop": workshop.code, "file": file_name}
    record("workshops.people_downloaded", obj=obj, actor=account_of(request), after=after)


def people_of_own_agencies(request: HttpRequest, code: str) -> tuple[Workshop, list[Registration]]:
    """A workshop with those who have or had a place in it for an agency whose people the account may read, one
    registration for each; 404 when there is nobody. Whoever sees everybody is noted."""
    agencies = Agency.objects.visible_to(account_of(request)).values("pk")
    workshop = get_object_or_404(Workshop.objects.seen_by(account_of(request)), code=code)
    found = Registration.objects.ever_confirmed().filter(workshop=workshop, agency__in=agencies)
    # Of two registrations of one person the later one is the one that stands.
    by_person = {each.person_id: each for each in found.select_related("person", "agency").order_by("pk")}
    if not by_person:
        raise Http404
    for each in by_person.values():
        each.workshop = workshop
    _note_reading(request, workshop, workshop)
    return workshop, sorted(by_person.values(), key=lambda each: (each.person.sort_name, each.pk))


def private_file(file: FieldFile, name: str) -> FileResponse:
    """A file out of the private storage, to be saved under a name; no cache on the way may keep it."""
    kind = MEDIA_TYPES.get(kind_by_name(file.name or ""), "application/octet-stream")
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=kind)
    patch_cache_control(response, private=True, no_store=True)
    return response


def refuse(request: HttpRequest, error: Exception, *to: Any) -> HttpResponse:
    """Say why something was not done, on the page from which it was asked."""
    messages.error(request, str(error))
    return redirect(*to)


def say(request: HttpRequest, sentence: str, *to: Any) -> HttpResponse:
    """Say what was done, on the next page."""
    messages.success(request, sentence)
    return redirect(*to)
