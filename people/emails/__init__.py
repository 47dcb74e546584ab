"""Messages about people, their accounts and agencies: which template, filled with what, to whom."""

from people.emails.agencies import nobody_coordinates
from people.emails.joining import plan_question, plan_welcome, send_invitation_letter, send_refusal
from people.emails.merging import merge_undone, records_merged
from people.emails.privacy import data_request_answered, erased
from people.emails.roles import role_ended, role_given
from people.emails.sign_ins import CHANGES, send_new_device, send_sign_in_changed
from people.emails.transfers import transfer_asked, transfer_decided

__all__ = [
    "CHANGES",
    "data_request_answered",
    "erased",
    "merge_undone",
    "nobody_coordinates",
    "plan_question",
    "plan_welcome",
    "records_merged",
    "role_ended",
    "role_given",
    "send_invitation_letter",
    "send_new_device",
    "send_refusal",
    "send_sign_in_changed",
    "transfer_asked",
    "transfer_decided",
]  # fmt: skip
