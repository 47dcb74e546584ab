"""Who gets what at every address: the table that test_permission_matrix.py holds the site to.

A row is an address with a method, and whose object it names: `own` (the actor's) or `other` (that of a learner of the
clinic; a workshop is that learner's). A cell is the answer to one actor: a status, or LOGIN (sent to sign in).
302 is a success of a form. Somebody else's object is 404, so that nobody learns that it exists.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from certificates.models import PublicKey
from certificates.services import current_keys
from courses.models import LessonPage
from mail.permissions import stop_token
from reports.permissions import Readers
from reports.queries import KINDS, Kind
from tests.factories.courses import block
from tests.factories.joining import secret_of
from workshops.permissions import invitation_token
from workshops.services import CheckInPlace, check_in_token

LOGIN = "sign in"

ACTORS = [
    "anonymous",
    "learner",  # of the clinic, like the person whose objects "other" names
    "facilitator",  # of the workshop
    "facilitator_elsewhere",  # of another workshop
    "coordinator",  # of the clinic
    "coordinator_above",  # of the ministry above it
    "coordinator_elsewhere",  # of an agency that has nothing to do with it
    "manager",
    "editor",
    "administrator",
]


@dataclass(frozen=True)
class Row:
    """`args` takes the world and the owner's belongings and returns what stands in the address."""

    name: str
    method: str
    whose: str
    cells: tuple[Any, ...]
    args: Callable[[Any, Any], list[Any]] = lambda world, theirs: []
    query: str = ""
    data: Callable[[Any], dict[str, Any]] = lambda theirs: {}

    @property
    def id(self) -> str:
        return f"{self.method} {self.name}{self.query} ({self.whose})"


def everybody(status: int) -> tuple[Any, ...]:
    """The same answer to all."""
    return (status,) * len(ACTORS)


def signed_in(status: int, **exceptions: int) -> tuple[Any, ...]:
    """The same answer to all who have signed in, apart from some."""
    return (LOGIN, *(exceptions.get(actor, status) for actor in ACTORS[1:]))


def only(*actors: str, status: int = 200, otherwise: int = 404, **exceptions: int) -> tuple[Any, ...]:
    """The answer for some actors, a refusal for the others who have signed in."""
    return signed_in(otherwise, **dict.fromkeys(actors, status), **exceptions)


NOBODY = signed_in(404)
_FILES = ("json", "pdf")
AGENCY_READERS = ("coordinator", "coordinator_above", "manager", "administrator")
# Coordinators see the certificate and may not change what it is worth.
READ_ONLY = {"coordinator": 403, "coordinator_above": 403}
CHANGING = only("manager", "administrator", **READ_ONLY)
NO_READER = dict.fromkeys(("learner", "facilitator", "facilitator_elsewhere"), 403)
REGISTER_KEEPERS = ("facilitator", "manager", "administrator")


def about_the_clinic() -> tuple[Any, ...]:
    """A report about the clinic, asked for by its code: not found for the coordinator of another agency."""
    return only(*AGENCY_READERS, otherwise=403, coordinator_elsewhere=404)


def changed_for_the_clinic() -> tuple[Any, ...]:
    """The same for what only a form sends."""
    return only(*AGENCY_READERS, status=302, otherwise=403, coordinator_elsewhere=404)


NOT_EVEN_READERS = only(*AGENCY_READERS, "coordinator_elsewhere", status=404, otherwise=403)


NO_REPORT = only("learner", "facilitator", "facilitator_elsewhere", status=403, otherwise=404)
# Editors read figures about questions, and no report about agencies.
REPORT_READERS = (*AGENCY_READERS, "coordinator_elsewhere", "editor")
# Reports with pages of their own are rows of their own.
OWN_PAGES = {"agency-attendance", "agency-results"}


def _of_kind(kind: Kind) -> list[tuple[str, tuple[Any, ...]]]:
    """What a report answers about the clinic, or about everything where no agency can be named."""
    asked = "?agency=clinic" if "agency" in kind.asks else "?"
    cells = only(*AGENCY_READERS, otherwise=403, coordinator_elsewhere=404, editor=404)
    if kind.readers == Readers.MANAGERS:
        refused = dict.fromkeys(("coordinator", "coordinator_above", "coordinator_elsewhere", "editor"), 404)
        cells = only("manager", "administrator", otherwise=403, **refused)
    elif "agency" not in kind.asks:
        cells = only(*AGENCY_READERS, "coordinator_elsewhere", otherwise=403, editor=404)
    return [(asked, cells), (f"{asked}&format=json", cells)]


def _kind_named(name: str) -> Callable[[Any, Any], list[Any]]:
    return lambda world, theirs: [name]


def _person_code(world: Any, theirs: Any) -> list[Any]:
    return [theirs.person.public_code]


def _stop(world: Any, theirs: Any) -> list[Any]:
    return [stop_token(theirs.person.pk, "reminders")]


def _user_session(world: Any, theirs: Any) -> list[Any]:
    return [theirs.user_session.pk]


def _frozen(world: Any, theirs: Any) -> list[Any]:
    return [world.frozen.number]


def _module(world: Any, theirs: Any) -> list[Any]:
    return [world.module.code]


def _module_key(world: Any, theirs: Any) -> list[Any]:
    return [world.module.translation_key]


def _lesson_page(world: Any, theirs: Any) -> list[Any]:
    return [LessonPage.objects.filter(lesson_code__startswith=world.module.code).earliest("pk").pk]


def _assignment(world: Any, theirs: Any) -> list[Any]:
    return [world.assignment.pk]


def _member_with_assignment(world: Any, theirs: Any) -> list[Any]:
    return [world.assignment.pk, theirs.person.public_code]


def _stranger_with_assignment(world: Any, theirs: Any) -> list[Any]:
    return [world.assignment.pk, world.accounts["coordinator_elsewhere"].person.public_code]


def _exemption(world: Any, theirs: Any) -> list[Any]:
    return [world.assignment.pk, world.exemption.pk]


def _path(world: Any, theirs: Any) -> list[Any]:
    return [world.path.code]


def _lesson(world: Any, theirs: Any) -> list[Any]:
    return [world.module.code, f"{world.module.code}.1"]


def _place(world: Any, theirs: Any) -> list[Any]:
    code, lesson = _lesson(world, theirs)
    return [code, lesson, block(lesson, 1, "")["id"]]


def _attempt(world: Any, theirs: Any) -> list[Any]:
    return [theirs.attempt.pk]


def _handed_in(world: Any, theirs: Any) -> list[Any]:
    return [theirs.handed_in.pk]


def _marked(world: Any, theirs: Any) -> list[Any]:
    return [theirs.handed_in.pk, 1]


def _asked_question(world: Any, theirs: Any) -> list[Any]:
    """A question in the discussion of a cohort: of the learner of the clinic, or of the own one."""
    return [theirs.question.module.code, theirs.question.pk]


def _answered_question(world: Any, theirs: Any) -> list[Any]:
    return [theirs.answer.module.code, theirs.answer.pk]


def _discussed(world: Any, theirs: Any) -> list[Any]:
    return [theirs.question.module.code]


def _words(theirs: Any) -> dict[str, Any]:
    return {"text": "Who pays?", "language": "en", "token": str(uuid4())}


def _root(_world: Any, _theirs: bool) -> list[str]:
    current_keys()
    return [PublicKey.objects.get(kind=PublicKey.Kind.ROOT).key_id]


def _certificate(world: Any, theirs: Any) -> list[Any]:
    return [theirs.certificate.code]


def no_arguments(world: Any, theirs: Any) -> list[Any]:
    return []


def _report_file(world: Any, theirs: Any) -> list[Any]:
    return [world.report_file.pk]


def _only_whoever_asked(status: int) -> tuple[Any, ...]:
    others = dict.fromkeys(("coordinator_above", "coordinator_elsewhere", "manager", "administrator", "editor"), 404)
    return only("coordinator", status=status, otherwise=403, **others)


def _run(world: Any, theirs: Any) -> list[Any]:
    return [world.run.pk]


def _papers(world: Any, theirs: Any) -> list[Any]:
    return [world.papers.pk]


def _change_of(step: str) -> Callable[[Any, Any], list[Any]]:
    return lambda world, theirs: [theirs.certificate.code, step]


def _workshop(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code]


def _draft(world: Any, theirs: Any) -> list[Any]:
    return [world.draft.code]


def _session(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, 1]


def _participant(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, theirs.person.public_code]


def _invitation(world: Any, theirs: Any) -> list[Any]:
    return [invitation_token(theirs.workshop.registrations.get(person=theirs.person))]


def _clinic(world: Any, theirs: Any) -> list[Any]:
    return [world.tree.clinic.code]


def _new_name(world: Any, theirs: Any) -> list[Any]:
    return [world.tree.clinic.code, "rename"]


def _pair(world: Any, theirs: Any) -> list[Any]:
    """Two people of the clinic."""
    return [theirs.person.public_code, world.colleague.public_code]


def _transfer(world: Any, theirs: Any) -> list[Any]:
    return [world.transfer.pk]


def _people_list(world: Any, theirs: Any) -> list[Any]:
    return [world.people_list.pk]


def _grant(world: Any, theirs: Any) -> list[Any]:
    """The role of a coordinator whom nobody named."""
    return [world.accounts["coordinator_elsewhere"].role_grants.get().pk]


def _delegated(world: Any, theirs: Any) -> list[Any]:
    """The role in the clinic that the coordinator above it gave to the learner."""
    return [world.delegated.pk]


def _person(world: Any, theirs: Any) -> list[Any]:
    return [theirs.person.public_code]


def _record(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, 1, theirs.person.public_code]


def _facilitator(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, world.accounts["facilitator"].person.public_code]


def _stranger(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, world.accounts["coordinator_elsewhere"].person.public_code]


def _scan(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, 1, theirs.scan.pk]


def _strange_scan(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, 1, theirs.scan.pk + 1]


def _strange_record(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, 1, world.accounts["coordinator_elsewhere"].person.public_code]


def _message(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, theirs.message.pk]


def _wave(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, theirs.wave.kind]


def _asked(world: Any, theirs: Any) -> list[Any]:
    return [theirs.evaluation.wave.workshop.code, theirs.evaluation.wave.kind]


def _strange_message(world: Any, theirs: Any) -> list[Any]:
    return [world.draft.code, theirs.message.pk]


def _check_in(world: Any, theirs: Any) -> list[Any]:
    return [check_in_token(CheckInPlace(theirs.workshop.sessions.get(number=1), "qr"))]


def _badge(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.registrations.get(person=theirs.person).pass_code]


def _online_log(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, 1, theirs.online_log.pk]


def _strange_online_log(world: Any, theirs: Any) -> list[Any]:
    return [world.draft.code, 1, theirs.online_log.pk]


def _request(world: Any, theirs: Any) -> list[Any]:
    return [world.request.pk]


def _plan(world: Any, theirs: Any) -> list[Any]:
    return [world.plan.programme.code]


def _matrix(world: Any, theirs: Any) -> list[Any]:
    assert world.plan.programme.code == "P2"
    return ["results-matrix"]


def _partner(world: Any, theirs: Any) -> list[Any]:
    return [world.plan.programme.code, "partners", world.plan.partner.pk]


def _indicator(world: Any, theirs: Any) -> list[Any]:
    return [world.plan.programme.code, world.plan.indicator.number]


def _value(world: Any, theirs: Any) -> list[Any]:
    return [*_indicator(world, theirs), world.plan.value.pk]


def _room(world: Any, theirs: Any) -> list[Any]:
    return [world.room.pk]


def _of_workshop(name: str) -> Callable[[Any, Any], list[Any]]:
    return lambda world, theirs: [theirs.workshop.code, getattr(theirs, name).pk]


def _strange_of_workshop(name: str) -> Callable[[Any, Any], list[Any]]:
    return lambda world, theirs: [world.draft.code, getattr(theirs, name).pk]


def _about_person(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, theirs.person.public_code, 1]


def _recommendation(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, theirs.recommendation.number]


def _with_plan(world: Any, theirs: Any) -> list[Any]:
    return [theirs.action_plan.registration.workshop.code]


def _with_request(world: Any, theirs: Any) -> list[Any]:
    return [theirs.workshop.code, theirs.record_request.pk]


def _test(world: Any, theirs: Any) -> list[Any]:
    return [world.test.pk]


def _exception(world: Any, theirs: Any) -> list[Any]:
    return [world.exception.test_id, world.exception.pk]


def _question(world: Any, theirs: Any) -> list[Any]:
    return [world.practice.pk]


def _question_in(language: str) -> Callable[[Any, Any], list[Any]]:
    return lambda world, theirs: [world.practice.pk, language]


def _question_file(world: Any, theirs: Any) -> list[Any]:
    return [world.question_file.pk]


def _lesson_file(world: Any, theirs: Any) -> list[Any]:
    return [world.lesson_file.pk]


def _design(world: Any, theirs: Any) -> list[Any]:
    return [world.design.pk]


def _review(world: Any, theirs: Any) -> list[Any]:
    return [world.review.pk]


def _data_request(world: Any, theirs: Any) -> list[Any]:
    return [theirs.data_request.pk]


WRITERS = ("editor", "administrator")
MARKERS = ("editor", "manager", "administrator")
EXCEPTION_MAKERS = ("manager", "administrator")


def in_cms(
    name: str, args: Callable[[Any, Any], list[Any]], *, who: tuple[str, ...] = WRITERS, **answers: int
) -> list[Row]:
    """Rows of a page of the CMS; everybody else is sent to its door or to its first page, which say so."""
    cells = {method: tuple(status if actor in who else 302 for actor in ACTORS) for method, status in answers.items()}
    return [Row(name, method, "any", cells[method], args) for method in answers]


def _mark(theirs: Any) -> dict[str, Any]:
    return {"id": "00000000-0000-4000-8000-000000000001", "person": theirs.person.public_code, "status": "late"}


def kept(name: str, args: Any, **statuses: int) -> list["Row"]:
    """Rows of a page for those who run the workshop: GET=200 and POST=302 or 200 (a form that was sent empty)."""
    return [
        Row(name, method, "other", only(*REGISTER_KEEPERS, status=status), args) for method, status in statuses.items()
    ]


def _enrolled_module(world: Any, theirs: Any) -> list[Any]:
    return [theirs.enrolment.module.code]


def _enrolled_lesson(world: Any, theirs: Any) -> list[Any]:
    return [theirs.enrolment.module.code, f"{theirs.enrolment.module.code}.1"]


def _letter(world: Any, theirs: Any) -> list[Any]:
    return [secret_of(world.invitation)]


def _invitation(world: Any, theirs: Any) -> list[Any]:
    return [world.invitation.pk]


def _join_request(world: Any, theirs: Any) -> list[Any]:
    return [world.join_request.pk]


COORDINATORS = (*AGENCY_READERS, "coordinator_elsewhere")
FACILITATORS = ("facilitator", "facilitator_elsewhere")
# Letters of the clinic are not those of others who write letters.
LETTER_KEEPERS = only(
    *AGENCY_READERS, status=302, otherwise=403, **dict.fromkeys((*FACILITATORS, "coordinator_elsewhere"), 404)
)

KEEPERS_OF_PATHS = ("manager", "administrator")

ROWS = [
    # Assignments: those of the clinic, by its coordinator; who coordinates another agency does not find them
    Row("assignments", "GET", "any", only(*COORDINATORS, otherwise=403)),
    Row("assignment_new", "GET", "any", only(*COORDINATORS, otherwise=403)),
    Row("assignment_new", "GET", "other", about_the_clinic(), query="?agency=clinic"),
    Row("assignment_new", "POST", "other", about_the_clinic(), query="?agency=clinic"),
    Row("assignment", "GET", "other", about_the_clinic(), _assignment),
    Row("assignment_file", "GET", "other", about_the_clinic(), _assignment),
    Row("assignment_withdraw", "POST", "other", changed_for_the_clinic(), _assignment),
    Row("exemption_new", "GET", "other", about_the_clinic(), _member_with_assignment),
    Row("exemption_new", "POST", "other", about_the_clinic(), _member_with_assignment),
    Row("exemption_new", "GET", "stranger", NOT_EVEN_READERS, _stranger_with_assignment),
    Row("exemption_withdraw", "POST", "other", changed_for_the_clinic(), _exemption),
    Row("paths", "GET", "any", only(*KEEPERS_OF_PATHS, otherwise=403)),
    Row("path_new", "GET", "any", only(*KEEPERS_OF_PATHS, otherwise=403)),
    Row("path_new", "POST", "any", only(*KEEPERS_OF_PATHS, otherwise=403)),
    Row("path_edit", "GET", "any", only(*KEEPERS_OF_PATHS, otherwise=403), _path),
    Row("path_edit", "POST", "any", only(*KEEPERS_OF_PATHS, otherwise=403), _path),
    Row("path_withdraw", "POST", "any", only(*KEEPERS_OF_PATHS, status=302, otherwise=403), _path),
    # Coming in: who is signed in has come in, and has nothing to ask for
    Row("join", "GET", "any", (200, *everybody(302)[1:])),
    Row("join", "POST", "any", (200, *everybody(302)[1:])),
    Row("join_code", "GET", "any", everybody(302)),
    Row("join_code", "POST", "any", everybody(302)),
    Row("join_who", "GET", "own", signed_in(302)),
    Row("join_who", "POST", "own", signed_in(302)),
    Row("join_withdraw", "POST", "own", NOBODY),
    Row("join_invitation", "GET", "other", everybody(200), _letter),
    Row("join_invitation", "POST", "other", everybody(200), _letter),
    Row("join_invitation", "GET", "stranger", everybody(404), lambda world, theirs: ["unknown"]),
    Row("join_requests", "GET", "any", only(*COORDINATORS, otherwise=403)),
    Row("join_request", "GET", "other", about_the_clinic(), _join_request),
    Row("join_request", "POST", "other", about_the_clinic(), _join_request),
    Row("people_invitations", "GET", "any", only(*COORDINATORS, *FACILITATORS, otherwise=403)),
    Row("people_invitation_new", "GET", "any", only(*COORDINATORS, otherwise=403)),
    Row("people_invitation_new", "POST", "any", only(*COORDINATORS, otherwise=403)),
    Row("people_invitation_list", "GET", "any", only(*COORDINATORS, otherwise=403)),
    Row("people_invitation_list", "POST", "any", only(*COORDINATORS, otherwise=403)),
    Row("people_invitation_participants", "GET", "any", only(*FACILITATORS, otherwise=403)),
    Row("people_invitation_participants", "POST", "any", only(*FACILITATORS, status=404, otherwise=403)),
    Row("people_invitation_resend", "POST", "other", LETTER_KEEPERS, _invitation),
    Row("people_invitation_withdraw", "POST", "other", LETTER_KEEPERS, _invitation),
    # For anybody
    Row("front", "GET", "any", everybody(200)),
    Row("search", "GET", "any", everybody(200)),
    Row("search", "GET", "any", everybody(200), query="?q=health"),
    Row("glossary", "GET", "any", everybody(200)),
    Row("accessibility", "GET", "any", everybody(200)),
    Row("accessibility", "POST", "any", (302, *everybody(200)[1:]), data=lambda theirs: {"text_size": "large"}),
    Row("offline", "GET", "any", everybody(200)),
    Row("worker", "GET", "any", everybody(200)),
    Row("problem", "GET", "any", everybody(200)),
    Row("problem", "POST", "any", everybody(200)),
    Row("resources", "GET", "any", everybody(200)),
    Row("resource", "GET", "any", everybody(200), lambda world, theirs: [world.resource.slug]),
    Row("resource", "GET", "other", everybody(404), lambda world, theirs: [world.draft_resource.slug]),
    Row("catalogue", "GET", "any", everybody(200)),
    Row("module", "GET", "any", everybody(200), _module),
    Row("verify_search", "GET", "any", everybody(200)),
    Row("verify_search", "POST", "any", everybody(400)),
    Row("verify", "GET", "other", everybody(200), _certificate),
    Row("verify", "POST", "other", everybody(200), _certificate),
    Row("verify_offline", "GET", "any", everybody(200)),
    Row("root_certificates", "GET", "any", everybody(200)),
    Row("revoked_certificates", "GET", "any", everybody(200)),
    Row("revoked_below_a_root", "GET", "any", everybody(200), _root),
    Row("health_live", "GET", "any", everybody(200)),
    Row("health_ready", "GET", "any", everybody(200)),
    # Without its token nobody is told that it exists.
    Row("metrics", "GET", "any", everybody(404)),
    Row("styleguide", "GET", "any", everybody(200)),
    Row("demo_mail", "GET", "any", everybody(200)),
    Row("demo_message", "GET", "any", everybody(404), lambda world, theirs: ["nothing"]),
    Row("media", "GET", "any", everybody(404), lambda world, theirs: ["nothing.png"]),
    # The door of the CMS leads to the one door, and on for those who write
    *(
        Row("wagtailadmin_login", method, "any", only(*MARKERS, status=302, otherwise=403))
        for method in ("GET", "POST")
    ),
    # Learning
    Row("my_learning", "GET", "own", signed_in(200)),
    Row("my_calendar", "GET", "own", signed_in(200)),
    Row("transcript", "GET", "own", signed_in(200)),
    Row("transcript_file", "GET", "own", signed_in(200)),
    Row("enrol", "POST", "own", signed_in(302), _module),
    Row("lesson", "GET", "own", signed_in(200), _lesson),
    Row("lesson_file", "GET", "own", signed_in(200), lambda world, theirs: [*_lesson(world, theirs), "epub"]),
    Row("module_file", "GET", "own", signed_in(200), lambda world, theirs: [*_module(world, theirs), "pdf"]),
    Row("module_file", "GET", "no such form", NOBODY, lambda world, theirs: [*_module(world, theirs), "exe"]),
    Row("whole_module", "GET", "own", signed_in(200), _module),
    *(
        Row(name, "GET", whose, cells, args)
        for name, args in (
            ("module_copies", _enrolled_module),
            ("module_copy", _enrolled_module),
            ("lesson_copy", _enrolled_lesson),
        )
        for whose, cells in (("own", signed_in(200)), ("other", NOBODY))
    ),
    Row("own_offline", "GET", "own", signed_in(200)),
    Row("own_offline", "POST", "own", signed_in(400)),
    Row("lesson_done", "POST", "own", signed_in(302), _lesson),
    Row("lesson_place", "POST", "own", signed_in(204), _lesson),
    Row("lesson_note", "GET", "own", signed_in(200), _place),
    Row("lesson_note", "POST", "own", signed_in(302), _place),
    Row("lesson_note", "POST", "stranger", NOBODY, lambda world, theirs: [*_lesson(world, theirs), uuid4()]),
    Row("own_notes", "GET", "own", signed_in(200)),
    Row("discussion", "GET", "own", signed_in(200), _discussed),
    Row("discussion", "POST", "own", signed_in(302), _discussed, data=_words),
    Row("discussion", "GET", "any", signed_in(200), _module),
    Row("discussion", "POST", "any", signed_in(403), _module, data=_words),
    Row("kept_answers", "GET", "any", signed_in(200), _module),
    Row("discussion_question", "GET", "own", signed_in(200), _asked_question),
    Row("discussion_question", "GET", "other", only(*REGISTER_KEEPERS), _asked_question),
    Row("discussion_question", "POST", "other", only(*REGISTER_KEEPERS, status=302), _asked_question, data=_words),
    Row("discussion_take_back", "GET", "own", signed_in(200), _asked_question),
    Row("discussion_take_back", "POST", "own", signed_in(302), _asked_question),
    Row("discussion_take_back", "POST", "other", NOBODY, _asked_question),
    Row("discussion_complain", "GET", "own", NOBODY, _asked_question),
    Row("discussion_complain", "GET", "other", only(*REGISTER_KEEPERS), _asked_question),
    Row("discussion_complain", "POST", "other", only(*REGISTER_KEEPERS), _asked_question),
    Row("discussion_moderate", "GET", "own", NOBODY, _asked_question),
    Row("discussion_moderate", "POST", "own", NOBODY, _asked_question, data=lambda theirs: {"reason": "A name."}),
    Row("discussion_moderate", "GET", "other", only(*REGISTER_KEEPERS), _asked_question),
    Row(
        "discussion_moderate",
        "POST",
        "other",
        only(*REGISTER_KEEPERS, status=302),
        _asked_question,
        data=lambda theirs: {"reason": "A name."},
    ),
    Row("discussion_keep", "GET", "other", only(*REGISTER_KEEPERS), _answered_question),
    Row("discussion_keep", "GET", "question", NOBODY, _asked_question),
    Row(
        "discussion_keep",
        "POST",
        "other",
        only(*REGISTER_KEEPERS, status=302),
        _answered_question,
        data=lambda theirs: {"question": "Who pays?", "text": "The hospital.", "names_nobody": "on"},
    ),
    Row("discussions", "GET", "own", only(*REGISTER_KEEPERS, "facilitator_elsewhere", otherwise=403)),
    Row("leave_module", "POST", "own", signed_in(302), _enrolled_module),
    Row("leave_module", "POST", "other", NOBODY, _enrolled_module),
    Row("final_test", "GET", "own", signed_in(200), _enrolled_module),
    Row("final_test", "GET", "other", NOBODY, _enrolled_module),
    Row("final_test", "POST", "own", signed_in(302), _enrolled_module),
    Row("final_test", "POST", "other", NOBODY, _enrolled_module),
    # Tests
    Row("practice", "GET", "any", signed_in(200), lambda world, theirs: [world.practice.code]),
    Row("question_picture", "GET", "any", signed_in(302), lambda world, theirs: [world.picture.pk]),
    Row("attempt", "GET", "own", signed_in(200), _attempt),
    Row("attempt", "GET", "other", NOBODY, _attempt),
    Row("attempt", "POST", "own", signed_in(302), _attempt),
    Row("attempt", "POST", "other", NOBODY, _attempt),
    Row("attempt_save", "POST", "own", signed_in(200), _attempt, data=lambda theirs: {"answers": []}),
    Row("attempt_save", "POST", "other", NOBODY, _attempt, data=lambda theirs: {"answers": []}),
    Row("attempt_review", "GET", "own", signed_in(200), _attempt),
    Row("attempt_review", "GET", "other", NOBODY, _attempt),
    Row("attempt_submit", "POST", "own", signed_in(302), _attempt),
    Row("attempt_submit", "POST", "other", NOBODY, _attempt),
    Row("attempt_result", "GET", "own", signed_in(200), _handed_in),
    Row("attempt_result", "GET", "other", NOBODY, _handed_in),
    Row("attempt_ask_again", "POST", "own", signed_in(302), _marked),
    Row("attempt_ask_again", "POST", "other", NOBODY, _marked),
    # Certificates
    Row("my_certificates", "GET", "own", signed_in(200)),
    Row("certificate", "GET", "own", signed_in(200), _certificate),
    Row("certificate", "GET", "other", only(*AGENCY_READERS), _certificate),
    Row("certificate_pdf", "GET", "own", signed_in(200), _certificate),
    Row("certificate_pdf", "GET", "other", only(*AGENCY_READERS), _certificate),
    *(
        Row(name, "GET", whose, expected, _certificate)
        for name in ("certificate_credential", "credential_png", "credential_svg")
        for whose, expected in (("own", signed_in(200)), ("other", only(*AGENCY_READERS)))
    ),
    Row("my_transcript", "GET", "own", signed_in(200)),
    Row("did", "GET", "any", everybody(200)),
    Row("credential_context", "GET", "any", everybody(200), lambda world, theirs: ["ob-3.0.3.json"]),
    Row("credential_status", "GET", "any", everybody(200), lambda world, theirs: [1]),
    Row("certificate_privacy", "POST", "own", signed_in(302), _certificate),
    Row("certificate_privacy", "POST", "other", only(*AGENCY_READERS, status=403), _certificate),
    Row("certificate_change", "GET", "own", signed_in(403), _change_of("suspend")),
    Row("certificate_change", "POST", "own", signed_in(403), _change_of("revoke")),
    *(
        Row("certificate_change", method, "other", CHANGING, _change_of(step))
        for step in ("suspend", "revoke", "reissue")
        for method in ("GET", "POST")
    ),
    *(
        Row(
            "certificate_change",
            method,
            "other",
            only("administrator", **READ_ONLY, manager=403),
            _change_of("erase"),
        )
        for method in ("GET", "POST")
    ),
    Row(
        "certificate_change",
        "GET",
        "other",
        only("manager", "administrator", otherwise=404, **READ_ONLY, status=302),
        _change_of("lift"),
    ),
    # Certificates of the people of an agency, and many at once
    Row("agency_certificates", "GET", "any", only(*AGENCY_READERS, "coordinator_elsewhere", otherwise=403)),
    *(
        Row("agency_certificates", "GET", "other", about_the_clinic(), query=f"?agency=clinic{more}")
        for more in ("", "&format=xlsx")
    ),
    *(
        Row(name, method, "any", only("manager", "administrator", status=status, otherwise=403), args, query)
        for name, args, method, query, status in (
            ("runs", no_arguments, "GET", "", 200),
            ("run_new", no_arguments, "GET", "?work=seal", 200),
            ("run_new", no_arguments, "POST", "?work=seal", 302),
            ("run", _run, "GET", "", 200),
            ("run", _run, "POST", "", 302),
            ("papers", no_arguments, "GET", "", 200),
            ("papers_new", no_arguments, "GET", "", 200),
            ("papers_new", no_arguments, "POST", "", 422),
            ("papers_template", lambda world, theirs: ["ru"], "GET", "", 200),
            ("papers_batch", _papers, "GET", "", 200),
        )
    ),
    # Own data, and what is asked about them
    Row("privacy_notice", "GET", "any", everybody(200)),
    Row("own_account", "GET", "own", signed_in(200)),
    Row("own_language", "GET", "own", signed_in(200)),
    Row(
        "own_language",
        "POST",
        "own",
        signed_in(302),
        data=lambda theirs: {"language": "be", "time_zone": "Asia/Tbilisi"},
    ),
    Row("own_messages", "GET", "own", signed_in(200)),
    Row("own_messages", "POST", "own", signed_in(302), data=lambda theirs: {"kinds_wanted": ["assignments"]}),
    Row("own_display", "GET", "own", signed_in(200)),
    Row("own_display", "POST", "own", signed_in(302), data=lambda theirs: {"text_size": "large"}),
    # The address stands in a mail, and is all that it takes.
    Row("messages_stop", "GET", "other", everybody(200), _stop),
    Row("messages_stop", "POST", "other", everybody(200), _stop),
    Row("messages_stop", "GET", "stranger", everybody(404), lambda world, theirs: ["unknown"]),
    Row("certificate_names", "GET", "own", signed_in(200)),
    Row(
        "certificate_names",
        "POST",
        "own",
        signed_in(302),
        data=lambda theirs: {"family_name": "Лис", "given_name": "Ольга", "keep": ""},
    ),
    Row("own_data", "GET", "own", signed_in(200)),
    *(Row("own_data_file", "GET", "own", signed_in(200), lambda world, theirs, kind=kind: [kind]) for kind in _FILES),
    Row("own_data_file", "GET", "own", NOBODY, lambda world, theirs: ["xlsx"]),
    Row("own_trail", "GET", "own", signed_in(200)),
    Row("consents", "GET", "own", signed_in(200)),
    Row("consents", "POST", "own", signed_in(302), data=lambda theirs: {"purpose": "news", "given": "yes"}),
    *(
        Row("data_request_new", method, "own", signed_in(200), lambda world, theirs: ["correction"])
        for method in ("GET", "POST")
    ),
    Row("data_request_new", "GET", "own", NOBODY, lambda world, theirs: ["nothing"]),
    Row("data_request_take_back", "POST", "own", signed_in(302), _data_request),
    Row("data_request_take_back", "POST", "other", NOBODY, _data_request),
    Row("data_requests", "GET", "any", only(*AGENCY_READERS, "coordinator_elsewhere", otherwise=403)),
    *(
        Row("data_request", method, "other", only(*AGENCY_READERS, otherwise=403, coordinator_elsewhere=404), args)
        for method, args in (("GET", _data_request), ("POST", _data_request))
    ),
    Row(
        "data_request",
        "GET",
        "own",
        only(*AGENCY_READERS, "coordinator_elsewhere", status=404, otherwise=403),
        _data_request,
    ),
    Row("trail", "GET", "any", only("manager", "administrator", otherwise=403)),
    # Reports: only for those who coordinate something, and then only about what they coordinate
    Row("reports", "GET", "any", only(*REPORT_READERS, otherwise=403)),
    *(
        Row(name, "GET", "any", only(*AGENCY_READERS, "coordinator_elsewhere", otherwise=403))
        for name in ("agency_report", "agency_results")
    ),
    *(
        Row(name, "GET", "other", about_the_clinic(), query=f"?agency=clinic{more}")
        for name in ("agency_report", "agency_results")
        for more in ("", "&format=csv", "&format=xlsx", "&format=json", "&format=pdf")
    ),
    *(
        Row("report", "GET", f"other, {kind.name}", cells, lambda world, theirs, name=kind.name: [name], query=query)
        for kind in KINDS.values()
        if kind.name not in OWN_PAGES and not kind.needs
        for query, cells in _of_kind(kind)
    ),
    # Long files are for whoever asked for them, within the scope
    Row("report_files", "GET", "own", only(*REPORT_READERS, otherwise=403)),
    *(
        Row("report_file_new", method, "other", cells, query="?report=counted&format=csv&agency=clinic")
        for method, cells in (
            ("GET", only(*AGENCY_READERS, "coordinator_elsewhere", otherwise=403, editor=404)),
            ("POST", only(*AGENCY_READERS, status=302, otherwise=403, coordinator_elsewhere=404, editor=404)),
        )
    ),
    *(
        Row(name, method, "other", _only_whoever_asked(status), _report_file)
        for name, method, status in (
            ("report_file", "GET", 200),
            ("report_file", "POST", 302),
            ("report_file_download", "GET", 302),
        )
    ),
    Row("report", "GET", "none", NO_REPORT, lambda world, theirs: ["nothing"]),
    # Frozen reports: those who read about the clinic read what was frozen about it; managers freeze the others too
    Row("frozen_reports", "GET", "any", only(*AGENCY_READERS, "coordinator_elsewhere", otherwise=403)),
    Row("monthly_mail", "POST", "own", only(*AGENCY_READERS, "coordinator_elsewhere", status=302, otherwise=403)),
    *(
        Row("freeze_report", "GET", "other", about_the_clinic(), _kind_named(name), query="?agency=clinic")
        for name in ("agency-attendance", "agency-results")
    ),
    Row("freeze_report", "GET", "any", only("manager", "administrator", otherwise=403), _kind_named("agencies")),
    Row(
        "freeze_report",
        "POST",
        "other",
        only(*AGENCY_READERS, status=302, otherwise=403, coordinator_elsewhere=404),
        _kind_named("agency-results"),
        query="?agency=clinic",
    ),
    Row("frozen_report", "GET", "other", about_the_clinic(), _frozen),
    Row(
        "frozen_file", "GET", "other", about_the_clinic(), lambda world, theirs: [*_frozen(world, theirs), "ru", "csv"]
    ),
    Row("correct_frozen", "GET", "other", about_the_clinic(), _frozen),
    Row(
        "correct_frozen",
        "POST",
        "other",
        only(*AGENCY_READERS, status=422, otherwise=403, coordinator_elsewhere=404),
        _frozen,
    ),
    Row("verify_frozen", "GET", "any", everybody(200)),
    Row("verify_frozen", "POST", "any", everybody(422)),
    # Programmes: anybody reads what is public; managers plan
    Row("programmes", "GET", "any", everybody(200)),
    Row("programme", "GET", "any", everybody(200), _plan),
    Row(
        "programme",
        "GET",
        "not public",
        (404, *only("manager", "administrator")[1:]),
        lambda world, theirs: [world.programme.code],
    ),
    *(
        Row(name, method, "any", only("manager", "administrator", status=status, otherwise=403), args)
        for name, method, status, args in (
            ("programme_new", "GET", 200, no_arguments),
            ("programme_new", "POST", 200, no_arguments),
            ("programme_plan", "GET", 200, _plan),
            ("programme_about", "GET", 200, _plan),
            ("programme_about", "POST", 200, _plan),
            ("programme_part_new", "GET", 200, lambda world, theirs: [world.plan.programme.code, "milestones"]),
            ("programme_part_new", "POST", 200, lambda world, theirs: [world.plan.programme.code, "milestones"]),
            ("programme_part", "GET", 200, _partner),
            ("programme_part", "POST", 200, _partner),
            ("programme_part_remove", "POST", 302, _partner),
            ("indicator", "GET", 200, _indicator),
            ("indicator", "POST", 200, _indicator),
            ("indicator_targets", "POST", 302, _indicator),
            ("indicator_correct", "GET", 200, _value),
            ("indicator_correct", "POST", 200, _value),
        )
    ),
    *(
        Row(
            "report",
            "GET",
            f"{query} of a programme",
            only(
                "manager",
                "administrator",
                otherwise=404,
                **NO_READER,
            ),
            _matrix,
            query=f"?programme=P2{query}",
        )
        for query in ("", "&format=csv", "&format=xlsx", "&format=json")
    ),
    # How questions measure names nobody: editors read it, coordinators do not
    *(
        Row(
            "report",
            "GET",
            f"{query} of a test",
            only("manager", "administrator", "editor", status=200, otherwise=404, **NO_READER),
            _kind_named("item-analysis"),
            query=f"?test=T1{query}",
        )
        for query in ("", "&format=csv", "&format=xlsx", "&format=json", "&format=pdf")
    ),
    Row(
        "freeze_report",
        "GET",
        "a test",
        only("manager", "administrator", otherwise=404, editor=403, **NO_READER),
        _kind_named("item-analysis"),
        query="?test=T1",
    ),
    # The list of workshops and the page of one, for anybody
    Row("workshops", "GET", "any", everybody(200)),
    Row("workshop", "GET", "other", everybody(200), _workshop),
    Row("workshop", "GET", "draft", (404, *only(*REGISTER_KEEPERS)[1:]), _draft),
    Row("workshop_calendar", "GET", "any", everybody(200)),
    Row("session_calendar", "GET", "other", everybody(200), _session),
    Row(
        "session_calendar",
        "GET",
        "draft",
        (404, *only(*REGISTER_KEEPERS)[1:]),
        lambda world, theirs: [world.draft.code, 1],
    ),
    # Whoever has the secret address needs no sign-in; nobody else has it
    Row("calendar_feed", "GET", "other", everybody(200), lambda world, theirs: [theirs.calendar_token]),
    Row("calendar_feed", "GET", "any", everybody(404), lambda world, theirs: ["unknown"]),
    Row("calendar_feeds", "GET", "own", signed_in(200)),
    Row("calendar_feed_make", "POST", "own", signed_in(302), lambda world, theirs: ["taking_part"]),
    Row("calendar_feed_revoke", "POST", "own", signed_in(302), lambda world, theirs: ["taking_part"]),
    Row("calendar_feed_make", "POST", "any", NOBODY, lambda world, theirs: ["everybodys"]),
    Row("calendar_feed_revoke", "POST", "any", NOBODY, lambda world, theirs: ["everybodys"]),
    Row(
        "phase_test",
        "POST",
        "own",
        signed_in(302, facilitator=404),
        lambda world, theirs: [theirs.workshop.code, "post"],
    ),
    Row("phase_test", "POST", "other", NOBODY, lambda world, theirs: [theirs.workshop.code, "post"]),
    Row(
        "phase_test", "GET", "own", signed_in(200, facilitator=404), lambda world, theirs: [theirs.workshop.code, "pre"]
    ),
    Row("phase_test", "GET", "other", NOBODY, lambda world, theirs: [theirs.workshop.code, "pre"]),
    # Planning a workshop
    *(
        Row("workshop_new", method, "any", only(*REGISTER_KEEPERS, "facilitator_elsewhere", otherwise=403))
        for method in ("GET", "POST")
    ),
    # Requests: of the clinic, made by its coordinator
    Row("workshop_requests", "GET", "any", only(*AGENCY_READERS, "coordinator_elsewhere", otherwise=403)),
    *(
        Row("workshop_request_new", method, "any", only(*AGENCY_READERS, "coordinator_elsewhere", otherwise=403))
        for method in ("GET", "POST")
    ),
    Row("workshop_request", "GET", "other", only(*AGENCY_READERS), _request),
    *(
        Row("workshop_request_decline", method, "other", only("manager", "administrator", **READ_ONLY), _request)
        for method in ("GET", "POST")
    ),
    Row("workshop_request_take_back", "POST", "other", only(*AGENCY_READERS, status=302), _request),
    # Signing in: sessions are one's own (the tests of the service see them end), lost factors an administrator's
    Row("session_end", "POST", "other", NOBODY, _user_session),
    Row("sign_in_search", "GET", "any", only("administrator", otherwise=403), query="?q=a"),
    Row("person_sign_in", "GET", "other", only("administrator"), _person_code),
    Row("person_sign_in", "POST", "other", only("administrator"), _person_code),
    # Looking as somebody else: without a reason the form is shown again; nobody stops what was not begun
    *(Row("view_as", method, "other", only("administrator"), _person_code) for method in ("GET", "POST")),
    Row("view_as_stop", "POST", "any", signed_in(302)),
    # Rooms, kept by all who plan workshops
    *(
        Row(name, method, "any", only(*REGISTER_KEEPERS, "facilitator_elsewhere", status=status, otherwise=403), args)
        for name, method, status, args in (
            ("rooms", "GET", 200, lambda world, theirs: []),
            ("room_new", "GET", 200, lambda world, theirs: []),
            ("room_new", "POST", 200, lambda world, theirs: []),
            ("room_edit", "GET", 200, _room),
            ("room_edit", "POST", 200, _room),
            ("room_remove", "POST", 302, _room),
        )
    ),
    # Whoever was asked to run a workshop answers; nobody else does
    *(
        Row("facilitation", method, "other", only("facilitator", otherwise=404), _workshop)
        for method in ("GET", "POST")
    ),
    *kept("workshop_manage", _workshop, GET=200),
    *kept("workshop_edit", _workshop, GET=200, POST=200),
    *kept("phase_switch", lambda world, theirs: [theirs.workshop.code, "post"], POST=302),
    *kept("workshop_publish", _workshop, POST=302),
    *kept("workshop_shift", _workshop, GET=200, POST=200),
    *kept("workshop_copy", _workshop, GET=200, POST=200),
    *kept("workshop_stop", _workshop, GET=200, POST=200),
    *kept("facilitator_add", _workshop, POST=302),
    *kept("facilitator_remove", _facilitator, POST=302),
    Row("facilitator_remove", "POST", "stranger", NOBODY, _stranger),
    *kept("facilitator_right", _facilitator, POST=302),
    Row("facilitator_right", "POST", "stranger", NOBODY, _stranger),
    # What helpers see is asked for right by right in tests/workshops/views/test_helpers.py
    *kept("workshop_help", _workshop, GET=302),
    *kept("participant_names", _participant, GET=200, POST=200),
    *kept("seats", _workshop, POST=302),
    *kept("session_new", _workshop, GET=200, POST=200),
    *kept("session_edit", _session, GET=200, POST=200),
    *kept("session_remove", _session, POST=302),
    *kept("session_repeat", _session, GET=200, POST=200),
    # Whom agencies send: the list is one's own, so every coordinator may open it; its people are those of the subtree
    *(
        Row(name, method, "any", only(*AGENCY_READERS, "coordinator_elsewhere", otherwise=403), _workshop)
        for name, methods in {
            "nominations": ["GET"],
            "nomination_add": ["GET", "POST"],
            "nomination_import": ["GET", "POST"],
        }.items()
        for method in methods
    ),
    *(
        Row(name, method, whose, cells, args)
        for name, methods in {
            "nomination_move": {"POST": 302},
            "nomination_replace": {"GET": 200, "POST": 200},
            "nomination_withdraw": {"GET": 200, "POST": 200},
        }.items()
        for method, status in methods.items()
        for whose, cells, args in (
            ("other", only(*AGENCY_READERS, status=status), _participant),
            ("stranger", NOBODY, _stranger),
        )
    ),
    *(
        Row("registration_approval", method, "other", only("manager", "administrator", status=302), _participant)
        for method in ("GET", "POST")
    ),
    # What people say themselves: the address is the proof until the workshop is over, and a forged one is none
    *(
        Row("invitation", method, whose, everybody(404), args)
        for method in ("GET", "POST")
        for whose, args in (("over", _invitation), ("forged", lambda world, theirs: ["1:forged"]))
    ),
    Row("workshop_join", "POST", "any", signed_in(302), _workshop),
    # Agencies, transfers and roles: everybody's for managers, the own subtree for coordinators
    *(
        Row(name, method, "any", only(*AGENCY_READERS, "coordinator_elsewhere", otherwise=403))
        for name, methods in {
            "agencies": ["GET"],
            "doubles": ["GET"],
            "merges": ["GET"],
            "not_the_same": ["GET"],
            "transfers": ["GET"],
            "transfer_new": ["GET", "POST"],
        }.items()
        for method in methods
    ),
    # Lists of people: whoever sent one, and managers
    *(
        Row(name, method, "any", only(*COORDINATORS, otherwise=403), args, query)
        for name, method, args, query in (
            ("people_lists", "GET", no_arguments, ""),
            ("people_list_new", "GET", no_arguments, ""),
            ("people_list_new", "POST", no_arguments, ""),
            ("people_list_template", "GET", lambda world, theirs: ["ru"], ""),
            ("people_export", "GET", no_arguments, "?format=csv"),
        )
    ),
    Row(
        "people_export",
        "GET",
        "other",
        only(*AGENCY_READERS, otherwise=403, coordinator_elsewhere=404),
        query="?format=csv&agency=clinic",
    ),
    *(
        Row(
            name,
            method,
            "other",
            only(
                "coordinator",
                "manager",
                "administrator",
                status=status,
                otherwise=403,
                coordinator_above=404,
                coordinator_elsewhere=404,
            ),
            _people_list,
        )
        for name, method, status in (
            ("people_list", "GET", 200),
            ("people_list", "POST", 302),
            ("people_list_file", "GET", 200),
        )
    ),
    Row("agency", "GET", "other", only(*AGENCY_READERS), _clinic),
    *(Row("double", method, "other", only(*AGENCY_READERS), _pair) for method in ("GET", "POST")),
    *(
        Row("merge", method, "other", only(*AGENCY_READERS, status=status), lambda world, theirs: [world.merge.pk])
        for method, status in (("GET", 200), ("POST", 302))
    ),
    *(Row("coordinator_new", method, "other", only(*AGENCY_READERS), _clinic) for method in ("GET", "POST")),
    *(
        Row(name, method, "any", only("manager", "administrator", otherwise=403), args)
        for name, methods, args in (
            ("agency_new", ["GET", "POST"], lambda world, theirs: []),
            ("agency_edit", ["GET", "POST"], _clinic),
            ("agency_change", ["GET", "POST"], _new_name),
            ("roles", ["GET"], lambda world, theirs: []),
            ("role_new", ["GET", "POST"], lambda world, theirs: []),
        )
        for method in methods
    ),
    *(
        Row("transfer", method, "other", only(*AGENCY_READERS, "coordinator_elsewhere"), _transfer)
        for method in ("GET", "POST")
    ),
    *(
        Row("role_end", method, whose, cells, args)
        for method in ("GET", "POST")
        for whose, cells, args in (
            ("other", only("manager", "administrator"), _grant),
            ("delegated", only("manager", "administrator", "coordinator_above"), _delegated),
        )
    ),
    Row("who_sees_me", "GET", "own", signed_in(200)),
    Row("who_sees_person", "GET", "other", only(*AGENCY_READERS), _person),
    # Its people
    *kept("participants", _workshop, GET=200),
    *kept("participants_invite", _workshop, POST=302),
    *kept("participant_confirm", _participant, POST=302),
    Row("participant_confirm", "POST", "stranger", NOBODY, _stranger),
    *kept("participant_add", _workshop, GET=200, POST=200),
    *kept("roster_import", _workshop, GET=200, POST=200),
    *kept("attendance_import", _workshop, GET=200, POST=200),
    Row("import_template", "GET", "any", signed_in(200), lambda world, theirs: ["attendance", "ru"]),
    *kept("registration_withdraw", _participant, GET=200, POST=200),
    Row("registration_withdraw", "GET", "stranger", NOBODY, _stranger),
    *kept("workshop_messages", _workshop, GET=200),
    *kept("message_stop", _message, POST=302),
    *kept("message_send", _message, POST=302),
    *kept("message_write", _workshop, GET=200, POST=200),
    *kept("workshop_message", _message, GET=200, POST=200),
    Row("message_stop", "POST", "stranger", NOBODY, _strange_message),
    Row("message_send", "POST", "stranger", NOBODY, _strange_message),
    Row("workshop_message", "GET", "stranger", NOBODY, _strange_message),
    *kept("threshold", _workshop, GET=200),
    # Its evaluation: results for those who run it, questions for whoever was asked
    *kept("evaluation", _workshop, GET=200),
    *kept("evaluation_review", _wave, GET=200, POST=302),
    *(
        Row("evaluation_form", method, whose, cells, _asked)
        for method in ("GET", "POST")
        for whose, cells in (("own", signed_in(200)), ("other", NOBODY))
    ),
    *(
        Row("evaluation_answer", method, "other", everybody(200), lambda world, theirs: [theirs.evaluation_token])
        for method in ("GET", "POST")
    ),
    # Its register
    Row("offline_manifest", "GET", "any", everybody(200)),
    Row("offline_registers", "GET", "any", signed_in(200)),
    *kept("offline_register", _workshop, GET=200),
    # The workshop is long over, so that those who may ask are told that nobody takes its names along any more.
    *kept("offline_roster", _workshop, GET=409),
    # Check-in and logs of online meetings
    Row("check_in_door", "GET", "any", everybody(302), lambda world, theirs: ["000000"]),
    Row("check_in", "GET", "any", everybody(200)),
    Row("check_in", "POST", "any", everybody(200)),
    Row("check_in_here", "GET", "other", everybody(200), _check_in),
    Row("check_in_here", "POST", "other", (200, *everybody(302)[1:]), _check_in),
    *kept("check_in_screen", _session, GET=200, POST=302),
    Row("badge_door", "GET", "any", everybody(302), lambda world, theirs: ["0000000000"]),
    *kept("badge", _badge, GET=200, POST=200),
    *kept("online_logs", _session, GET=200, POST=200),
    *kept("online_log", _online_log, GET=200, POST=302),
    Row("online_log", "GET", "stranger", NOBODY, _strange_online_log),
    *kept("register", _session, GET=200, POST=302),
    Row("register_mark", "POST", "other", only(*REGISTER_KEEPERS, status=302), _session, data=_mark),
    *kept("register_all_present", _session, POST=302),
    *kept("sign_in_sheet", _session, GET=200),
    *kept("register_pdf", _session, GET=200),
    *kept("paper_register", _session, GET=200, POST=200),
    *kept("badges", _workshop, GET=200),
    *kept("scan_add", _session, POST=302),
    *kept("scan", _scan, GET=200),
    Row("scan", "GET", "stranger", NOBODY, _strange_scan),
    *kept("walk_in", _session, GET=200, POST=200),
    *kept("sign_off", _session, GET=200, POST=302),
    *kept("record_correct", _record, GET=200, POST=200),
    Row("record_correct", "GET", "stranger", NOBODY, _strange_record),
    # Own records, and what is asked about them; whoever runs a workshop takes no part in it
    *(
        row
        for name, args, answers in (
            ("own_record", _workshop, {"GET": 200}),
            ("record_ask", _session, {"GET": 200, "POST": 200}),
            ("action_plan", _workshop, {"GET": 200, "POST": 200}),
            ("action_plan_outcome", _with_plan, {"GET": 200, "POST": 200}),
            ("own_needs", _workshop, {"GET": 200, "POST": 200}),
            ("record_change_take_back", _with_request, {"POST": 302}),
        )
        for method, status in answers.items()
        for row in (
            Row(name, method, "own", signed_in(status, facilitator=404), args),
            Row(name, method, "other", NOBODY, args),
        )
    ),
    Row("our_people", "GET", "other", only(*AGENCY_READERS), _workshop),
    *(Row("record_ask_for", method, "other", only(*AGENCY_READERS), _about_person) for method in ("GET", "POST")),
    Row("our_recommendations", "GET", "any", only(*AGENCY_READERS, "coordinator_elsewhere")),
    Row("record_changes_after_lock", "GET", "any", only("manager", "administrator")),
    *kept("record_changes", _workshop, GET=200),
    *kept("record_change", _with_request, GET=200, POST=200),
    Row("record_change", "GET", "stranger", NOBODY, _strange_of_workshop("record_request")),
    # What the workshop works with and what comes out of it
    *kept("workshop_now", _workshop, GET=200),
    *kept("materials", _workshop, GET=200, POST=200),
    Row("material", "GET", "own", signed_in(200), _of_workshop("material")),
    Row("material", "GET", "other", only(*REGISTER_KEEPERS), _of_workshop("material")),
    *kept("material_edit", _of_workshop("material"), GET=200, POST=200),
    Row("material_edit", "GET", "stranger", NOBODY, _strange_of_workshop("material")),
    *kept("material_remove", _of_workshop("material"), GET=200, POST=302),
    Row("material_remove", "POST", "stranger", NOBODY, _strange_of_workshop("material")),
    *kept("outcomes", _workshop, GET=200, POST=200),
    *kept("note_remove", _of_workshop("note"), POST=302),
    Row("note_remove", "POST", "stranger", NOBODY, _strange_of_workshop("note")),
    *kept("recommendation_new", _workshop, GET=200, POST=200),
    *kept("recommendation_edit", _recommendation, GET=200, POST=200),
    *kept("workshop_needs", _workshop, GET=200),
    # The question bank in the CMS
    *in_cms("questions:index", lambda world, theirs: [], GET=200),
    *in_cms("questions:index_results", lambda world, theirs: [], GET=200),
    *in_cms("questions:add", lambda world, theirs: [], GET=200),
    *in_cms("questions:add_type", lambda world, theirs: ["matching"], GET=200, POST=422),
    *in_cms("questions:import", lambda world, theirs: [], GET=200, POST=422),
    *in_cms("questions:import_page", _question_file, GET=200),
    *in_cms("questions:import_save", _question_file, POST=302),
    *in_cms("questions:import_forget", _question_file, POST=302),
    *in_cms("questions:import_undo", _question_file, GET=302, POST=302),
    *in_cms("questions:export", lambda world, theirs: [], GET=200),
    *in_cms("questions:export_file", lambda world, theirs: [], GET=302),
    *in_cms("questions:formats", lambda world, theirs: [], GET=200),
    *in_cms("questions:format_template", lambda world, theirs: ["gift", "en"], GET=200),
    *in_cms("questions:page", _question, GET=200),
    *in_cms("questions:edit", _question, GET=200, POST=422),
    *in_cms("questions:preview", _question_in("en"), GET=200),
    *in_cms("questions:differences", _question, GET=200),
    *in_cms("questions:status", _question, POST=302),
    *in_cms("questions:review", _question_in("en"), POST=404),
    *in_cms("questions:duplicate", _question, POST=422),
    *in_cms("questions:void", lambda world, theirs: [world.practice.pk, 1], GET=200, POST=422),
    *in_cms("questions:delete", _question, GET=302, POST=302),
    # Rules in the CMS: what they are about is made and deleted elsewhere, whoever asks
    *in_cms("blueprints:index", lambda world, theirs: [], GET=200),
    *in_cms("blueprints:page", _module_key, GET=200),
    *in_cms("blueprints:edit", _module_key, GET=200, POST=302),
    *in_cms("blueprints:add", lambda world, theirs: [], GET=200, POST=200),
    *in_cms("blueprints:copy", _module_key, GET=200, POST=422),
    *in_cms("lesson_files:index", lambda world, theirs: [], GET=200, POST=422),
    *in_cms("lesson_files:template", lambda world, theirs: ["be"], GET=200),
    *in_cms("lesson_files:page", _lesson_file, GET=200, POST=422),
    *in_cms("lesson_files:forget", _lesson_file, POST=302),
    *in_cms("proofing:page", _lesson_page, GET=200),
    *in_cms("module-rules:index", lambda world, theirs: [], GET=200),
    *in_cms("module-rules:index_results", lambda world, theirs: [], GET=200),
    *in_cms("module-rules:add", lambda world, theirs: [], GET=302, POST=302),
    *in_cms("module-rules:edit", lambda world, theirs: [world.module.pk], GET=200, POST=302),
    *in_cms("module-rules:delete", lambda world, theirs: [world.module.pk], GET=302, POST=302),
    *in_cms("programme-rules:index", lambda world, theirs: [], GET=200),
    *in_cms("programme-rules:index_results", lambda world, theirs: [], GET=200),
    *in_cms("programme-rules:add", lambda world, theirs: [], GET=302, POST=302),
    *in_cms("programme-rules:edit", lambda world, theirs: [world.programme.pk], GET=200, POST=200),
    *in_cms("programme-rules:delete", lambda world, theirs: [world.programme.pk], GET=302, POST=302),
    # Tests, marking, appeals and exceptions in the CMS
    *in_cms("tests:index", lambda world, theirs: [], GET=200),
    *in_cms("tests:index_results", lambda world, theirs: [], GET=200),
    *in_cms("tests:add", lambda world, theirs: [], GET=200, POST=422),
    *in_cms("tests:edit", _test, GET=200, POST=422),
    *in_cms("tests:blueprint", _test, GET=200),
    *in_cms("tests:delete", _test, GET=302, POST=302),
    *in_cms("certificate-designs:index", lambda world, theirs: [], GET=200),
    *in_cms("certificate-designs:add", lambda world, theirs: [], GET=200, POST=422),
    *in_cms("certificate-designs:preview", lambda world, theirs: [], POST=200),
    *in_cms("certificate-designs:edit", _design, GET=200, POST=422),
    *in_cms("certificate-designs:version", lambda world, theirs: [world.design.pk, 1, "be", "short"], GET=200),
    *in_cms("operations:index", no_arguments, who=("administrator",), GET=200),
    *in_cms("operations:try_again", lambda world, theirs: [uuid4()], who=("administrator",), POST=302),
    *in_cms("operations:set_aside", lambda world, theirs: [uuid4()], who=("administrator",), POST=200),
    *in_cms("desk:index", lambda world, theirs: [], who=MARKERS, GET=200),
    *in_cms("desk:pile", lambda world, theirs: ["marking"], who=MARKERS, GET=200),
    *in_cms("desk:looked_at", lambda world, theirs: ["question", world.practice.code], POST=302),
    *in_cms("reviews:index", lambda world, theirs: [], GET=200),
    # Answers are for the expert whom it was given to.
    *in_cms("reviews:review", _review, GET=200),
    *in_cms("reviews:review", _review, who=(), POST=302),
    *in_cms("reviews:as_readers", _review, GET=200),
    *in_cms("reviews:take_back", _review, POST=302),
    *in_cms("translations:index", lambda world, theirs: [], GET=200),
    *in_cms("translations:export", lambda world, theirs: [], GET=302),
    *in_cms("translations:import", lambda world, theirs: ["ru"], GET=200, POST=422),
    *in_cms("translations:compare", lambda world, theirs: ["question", world.practice.code, "be"], GET=200),
    *in_cms("translations:say", lambda world, theirs: ["question", world.practice.code, "be"], POST=302),
    *in_cms("marking:index", lambda world, theirs: [], who=MARKERS, GET=200),
    *in_cms("marking:answer", lambda world, theirs: [world.waiting.pk], who=MARKERS, GET=200, POST=422),
    *in_cms("appeals:index", lambda world, theirs: [], who=MARKERS, GET=200),
    *in_cms("appeals:answer", lambda world, theirs: [world.appeal.pk], who=MARKERS, GET=200, POST=422),
    *in_cms("exceptions:index", lambda world, theirs: [], who=EXCEPTION_MAKERS, GET=200),
    *in_cms("exceptions:test", _test, who=EXCEPTION_MAKERS, GET=200),
    *in_cms("exceptions:add", _test, who=EXCEPTION_MAKERS, GET=200, POST=422),
    *in_cms("exceptions:edit", _exception, who=EXCEPTION_MAKERS, GET=200, POST=422),
    *in_cms("exceptions:remove", _exception, who=EXCEPTION_MAKERS, GET=200, POST=302),
]
