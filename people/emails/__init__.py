"""Messages about people, their accounts and agencies: which template, filled with what, to whom."""

from people.emails.joining import plan_question, plan_welcome, send_invitation_letter, send_refusal
from people.emails.privacy import data_request_answered, erased
from people.emails.sign_ins import CHANGES, send_new_device, send_sign_in_changed

__all__ = [
    "CHANGES", "data_request_answered", "erased", "plan_question", "plan_welcome", "send_invitation_letter",
    "send_new_device", "send_refusal", "send_sign_in_changed",
]  # fmt: skip
