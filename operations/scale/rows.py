"""The rows of a world to measure with, one class per table: a field per column that is not the same for all."""

from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID


class Agency(NamedTuple):
    id: int
    code: str
    name_en: str
    kind: str
    region: str
    parent_id: int | None
    path: str


class Person(NamedTuple):
    id: int
    public_code: str
    family_name: str
    given_name: str
    sex: str
    email: str
    language: str
    search_text: str
    sort_name: str
    name_key: str
    created_at: datetime


class Membership(NamedTuple):
    id: int
    person_id: int
    agency_id: int
    valid_from: date
    valid_to: date | None
    post: str


class Account(NamedTuple):
    id: int
    email: str
    person_id: int
    password: str
    created_at: datetime


class RoleGrant(NamedTuple):
    id: int
    account_id: int
    role: str
    agency_id: int | None
    valid_from: date


class Category(NamedTuple):
    id: int
    slug: str
    name: str
    path: str


class Objective(NamedTuple):
    id: int
    code: str
    text_en: str


class Question(NamedTuple):
    id: int
    code: str
    category_id: int
    type: str
    objective_id: int
    status: str


class QuestionVersion(NamedTuple):
    id: int
    question_id: int
    number: int
    structure: dict[str, Any]
    created_at: datetime


class QuestionText(NamedTuple):
    id: int
    version_id: int
    language: str
    words: dict[str, Any]
    review: str
    created_at: datetime


class Test(NamedTuple):
    id: int
    code: str
    title_en: str
    purpose: str


class Section(NamedTuple):
    id: int
    test_id: int
    form: str
    position: int


class TestItem(NamedTuple):
    id: int
    section_id: int
    question_id: int
    position: int


class Attempt(NamedTuple):
    id: int
    test_id: int
    person_id: int
    agency_id: int
    number: int
    form: str
    phase: str
    language: str
    pass_mark: int
    started_at: datetime
    submitted_at: datetime
    outcome: str
    passed_at: datetime | None
    mark: int
    max_mark: int


class AttemptItem(NamedTuple):
    id: int
    attempt_id: int
    position: int
    version_id: int
    option_order: list[str]
    response: str
    response_text_id: int
    answered_at: datetime
    mark: int


class Module(NamedTuple):
    id: int
    code: str
    translation_key: UUID
    final_test_id: int


class ModuleAspect(NamedTuple):
    id: int
    module_id: int
    aspect: str


class Lesson(NamedTuple):
    id: int
    module_id: int
    code: str
    translation_key: UUID
    position: int


class Enrolment(NamedTuple):
    id: int
    module_id: int
    person_id: int
    agency_id: int
    enrolled_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    rule_version: int | None
    completion: dict[str, Any] | None


class LessonProgress(NamedTuple):
    id: int
    enrolment_id: int
    lesson_id: int
    started_at: datetime
    completed_at: datetime | None


class FinalAttempt(NamedTuple):
    id: int
    enrolment_id: int
    attempt_id: int


class Outline(NamedTuple):
    id: int
    code: str
    translation_key: UUID


class OutlineAspect(NamedTuple):
    id: int
    outline_id: int
    aspect: str


class Workshop(NamedTuple):
    id: int
    code: str
    outline_id: int
    title_en: str
    status: str
    status_at: datetime
    status_reason: str
    starts_on: date
    ends_on: date
    place_en: str
    language: str
    test_id: int | None


class Facilitation(NamedTuple):
    id: int
    workshop_id: int
    person_id: int
    lead: bool


class Session(NamedTuple):
    id: int
    workshop_id: int
    uid: UUID
    number: int
    title_en: str
    day: date
    start_time: time
    end_time: time
    zone: str
    starts_at: datetime
    ends_at: datetime
    planned_minutes: int
    required: bool
    makes_up_for_id: int | None
    opened_at: datetime | None


class SignOff(NamedTuple):
    id: int
    session_id: int
    signed_at: datetime
    signed_by_id: int
    counts: dict[str, int]


class Registration(NamedTuple):
    id: int
    workshop_id: int
    person_id: int
    agency_id: int
    state: str
    source: str
    language: str
    pass_code: str
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    attended: bool
    completed_at: datetime | None
    completion: dict[str, Any] | None


class AttendanceEvent(NamedTuple):
    id: UUID
    session_id: int
    person_id: int
    kind: str
    source: str
    status: str
    device_time: datetime
    server_time: datetime


class AttendanceRecord(NamedTuple):
    id: int
    session_id: int
    person_id: int
    registration_id: int
    agency_id: int
    planned_minutes: int
    status: str
    credited_minutes: int
    decided_by_id: UUID | None
    reason: str


class PhaseAttempt(NamedTuple):
    id: int
    registration_id: int
    phase: str
    attempt_id: int


class Wave(NamedTuple):
    id: int
    workshop_id: int
    kind: str
    form_id: int
    opens_on: date
    closes_on: date


class EvaluationInvitation(NamedTuple):
    id: int
    wave_id: int
    registration_id: int
    answered: bool


class EvaluationResponse(NamedTuple):
    id: UUID
    wave_id: int
    agency_kind: str


class EvaluationAnswer(NamedTuple):
    id: UUID
    response_id: UUID
    question_id: int
    number: int | None
    codes: list[str]


class ActionPlan(NamedTuple):
    id: int
    registration_id: int
    what: str
    written_at: datetime
    changed_at: datetime
    outcome: str
    outcome_at: datetime | None


class Programme(NamedTuple):
    id: int
    code: str
    title_en: str
    starts_on: date
    ends_on: date
    certificate: bool


class ProgrammeModule(NamedTuple):
    id: int
    programme_id: int
    module_id: int


class ProgrammeWorkshop(NamedTuple):
    id: int
    programme_id: int
    workshop_id: int


class TargetAgency(NamedTuple):
    id: int
    programme_id: int
    agency_id: int
    seats: int


class Indicator(NamedTuple):
    id: int
    programme_id: int
    number: str
    title_en: str
    formula: str
    unit: str
    by_sex: bool
    target: float


class Certificate(NamedTuple):
    id: int
    code: str
    kind: str
    enrolment_id: int | None
    registration_id: int | None
    person_id: int
    agency_id: int
    language: str
    payload: dict[str, Any]
    salt: str
    issued_at: datetime
    sealed_at: datetime
    pdf_sha256: str
