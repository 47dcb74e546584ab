"""Pages of workshops: for everybody, for planning, for people, for the register."""

from workshops.views.calendars import (
    calendar_feed,
    calendar_feed_make,
    calendar_feed_revoke,
    calendar_feeds,
    session_calendar,
)
from workshops.views.checkin import badge, badge_door, check_in, check_in_door, check_in_here, check_in_screen
from workshops.views.evaluation import evaluation, evaluation_answer, evaluation_form, evaluation_review
from workshops.views.facilitators import facilitation, facilitator_add, facilitator_remove
from workshops.views.messages import (
    message_send,
    message_stop,
    message_write,
    workshop_message,
    workshop_messages,
)
from workshops.views.months import workshop_calendar
from workshops.views.moving import session_repeat, workshop_copy, workshop_shift
from workshops.views.offline import offline_manifest, offline_register, offline_registers, offline_roster
from workshops.views.online import online_log, online_logs
from workshops.views.people import (
    participant_add,
    participants,
    registration_withdraw,
    roster_import,
    seats,
    threshold,
)
from workshops.views.public import phase_test, workshop, workshops
from workshops.views.register import (
    record_correct,
    register,
    register_all_present,
    register_mark,
    sign_off,
    walk_in,
)
from workshops.views.requests import (
    workshop_request,
    workshop_request_decline,
    workshop_request_new,
    workshop_request_take_back,
    workshop_requests,
)
from workshops.views.rooms import room_edit, room_new, room_remove, rooms
from workshops.views.schedule import (
    phase_switch,
    session_edit,
    session_new,
    session_remove,
    workshop_edit,
    workshop_manage,
    workshop_new,
    workshop_publish,
    workshop_stop,
)

__all__ = [
    "badge",
    "badge_door",
    "calendar_feed",
    "calendar_feed_make",
    "calendar_feed_revoke",
    "calendar_feeds",
    "check_in",
    "check_in_door",
    "check_in_here",
    "check_in_screen",
    "evaluation",
    "evaluation_answer",
    "evaluation_form",
    "evaluation_review",
    "facilitation",
    "facilitator_add",
    "facilitator_remove",
    "message_send",
    "message_stop",
    "message_write",
    "offline_manifest",
    "offline_register",
    "offline_registers",
    "offline_roster",
    "online_log",
    "online_logs",
    "participant_add",
    "participants",
    "phase_switch",
    "phase_test",
    "record_correct",
    "register",
    "register_all_present",
    "register_mark",
    "registration_withdraw",
    "room_edit",
    "room_new",
    "room_remove",
    "rooms",
    "roster_import",
    "seats",
    "session_calendar",
    "session_edit",
    "session_new",
    "session_remove",
    "session_repeat",
    "sign_off",
    "threshold",
    "walk_in",
    "workshop",
    "workshop_calendar",
    "workshop_copy",
    "workshop_edit",
    "workshop_manage",
    "workshop_message",
    "workshop_messages",
    "workshop_new",
    "workshop_publish",
    "workshop_request",
    "workshop_request_decline",
    "workshop_request_new",
    "workshop_request_take_back",
    "workshop_requests",
    "workshop_shift",
    "workshop_stop",
    "workshops",
]
