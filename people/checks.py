"""What is said at the start when settings name something that does not exist."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from people.models import Role


@register()
def roles_that_need_a_second_factor(**_: Any) -> list[CheckMessage]:
    """A role that is misspelt would be asked for nothing."""
    unknown = sorted(set(settings.MFA_REQUIRED_ROLES) - set(Role.values))
    return [Error(f"MFA_REQUIRED_ROLES names what is no role: {', '.join(unknown)}", id="people.E001")] * bool(unknown)
