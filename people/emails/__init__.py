"""Messages about people and agencies."""

from people.emails.privacy import data_request_answered, erased
from people.emails.sign_ins import CHANGES, send_new_device, send_sign_in_changed

__all__ = ["CHANGES", "data_request_answered", "erased", "send_new_device", "send_sign_in_changed"]
