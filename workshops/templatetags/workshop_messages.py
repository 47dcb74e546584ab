"""What a message about a workshop is for, in words."""

from django import template

from mail.models import Message
from workshops.services import kind_of

register = template.Library()


@register.filter
def kind_label(message: Message) -> str:
    """Return the kind of a message as people read it."""
    return str(kind_of(message).label)
