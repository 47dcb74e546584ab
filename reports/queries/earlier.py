"""What figures mean for workshops of earlier years, which came from files: sentences that follow their definitions."""

from django.utils.translation import gettext as _


def completed_in(definition: str) -> str:
    """Add who counts as having completed such a workshop."""
    said = _("In workshops of earlier years that came from files: whoever reached the share of hours, without a test.")
    return f"{definition} {said}"


def certified_in(definition: str) -> str:
    """Add that no certificate follows from files."""
    said = _("Workshops of earlier years that came from files have certificates only where somebody had them issued.")
    return f"{definition} {said}"


def asked_in(definition: str) -> str:
    """Add that results from files are about no questions."""
    return f"{definition} {_('Results of earlier years that came from files name no questions and are left out.')}"


def signed_in(definition: str) -> str:
    """Add what a signature of such a register is."""
    said = _("Registers of earlier years that came from files count as signed, without a name below them.")
    return f"{definition} {said}"
