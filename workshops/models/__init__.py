"""Outlines, scheduled workshops, sessions, seats, registration, attendance."""

from workshops.models.attendance import AttendanceEvent, AttendanceRecord, AttendanceStatus
from workshops.models.outlines import Outline, OutlineAspect, OutlinePage, OutlineSession, SessionKind
from workshops.models.registrations import PhaseAttempt, Registration, SeatPool
from workshops.models.schedule import Facilitation, Room, Session, SignOff, Workshop

__all__ = [
    "AttendanceEvent",
    "AttendanceRecord",
    "AttendanceStatus",
    "Facilitation",
    "Outline",
    "OutlineAspect",
    "OutlinePage",
    "OutlineSession",
    "PhaseAttempt",
    "Registration",
    "Room",
    "SeatPool",
    "Session",
    "SessionKind",
    "SignOff",
    "Workshop",
]
