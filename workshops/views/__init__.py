"""Pages of workshops: for everybody, for planning, for people, for the register."""

from workshops.views.evaluation import evaluation, evaluation_answer, evaluation_form, evaluation_review
from workshops.views.messages import (
    message_send,
    message_stop,
    message_write,
    workshop_message,
    workshop_messages,
)
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
from workshops.views.schedule import (
    facilitator_add,
    facilitator_remove,
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
    "evaluation",
    "evaluation_answer",
    "evaluation_form",
    "evaluation_review",
    "facilitator_add",
    "facilitator_remove",
    "message_send",
    "message_stop",
    "message_write",
    "participant_add",
    "participants",
    "phase_switch",
    "phase_test",
    "record_correct",
    "register",
    "register_all_present",
    "register_mark",
    "registration_withdraw",
    "roster_import",
    "seats",
    "session_edit",
    "session_new",
    "session_remove",
    "sign_off",
    "threshold",
    "walk_in",
    "workshop",
    "workshop_edit",
    "workshop_manage",
    "workshop_message",
    "workshop_messages",
    "workshop_new",
    "workshop_publish",
    "workshop_stop",
    "workshops",
]
