"""Background jobs."""

from programmes import services


def complete_earned() -> None:
    """Complete whatever was earned and not announced: a register signed, an evaluation that asks, a changed rule."""
    services.complete_earned()
