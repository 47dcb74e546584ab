"""Outlines, scheduled workshops, sessions, seats, registration, attendance, proceedings, evaluation."""

from workshops.models.attendance import (
    AttendanceEvent,
    AttendanceRecord,
    AttendanceRequest,
    AttendanceStatus,
    OnlineLog,
    OnlineName,
    RegisterScan,
)
from workshops.models.calendars import CalendarFeed
from workshops.models.evaluation import (
    EvaluationAnswer,
    EvaluationForm,
    EvaluationInvitation,
    EvaluationQuestion,
    EvaluationResponse,
    Wave,
    WaveKind,
)
from workshops.models.outlines import Outline, OutlineAspect, OutlinePage, OutlineSession, SessionKind
from workshops.models.proceedings import ActionPlan, FacilitatorNote, Material, Need, Recommendation
from workshops.models.registrations import PhaseAttempt, Registration, SeatPool
from workshops.models.requests import WorkshopRequest
from workshops.models.schedule import PLACES, Facilitation, Room, Session, SignOff, TakenOver, Workshop

__all__ = [
    "PLACES",
    "ActionPlan",
    "AttendanceEvent",
    "AttendanceRecord",
    "AttendanceRequest",
    "AttendanceStatus",
    "CalendarFeed",
    "EvaluationAnswer",
    "EvaluationForm",
    "EvaluationInvitation",
    "EvaluationQuestion",
    "EvaluationResponse",
    "Facilitation",
    "FacilitatorNote",
    "Material",
    "Need",
    "OnlineLog",
    "OnlineName",
    "Outline",
    "OutlineAspect",
    "OutlinePage",
    "OutlineSession",
    "PhaseAttempt",
    "Recommendation",
    "RegisterScan",
    "Registration",
    "Room",
    "SeatPool",
    "Session",
    "SessionKind",
    "SignOff",
    "TakenOver",
    "Wave",
    "WaveKind",
    "Workshop",
    "WorkshopRequest",
]
