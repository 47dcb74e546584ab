"""Background jobs of this app: what follows the clock, and the safety nets of completion and of messages."""

from workshops import services


def follow_clock() -> None:
    """Open the registers of sessions that have begun and end workshops that are over."""
    services.open_due_registers()
    services.end_due_workshops()


def complete_earned() -> None:
    """Complete whatever was earned and, by an accident, not noticed."""
    services.complete_earned()


def forget_needs() -> None:
    """Delete what people needed for a workshop when it is no longer needed."""
    services.forget_needs()


def plan_messages() -> None:
    """Plan messages that a change of plans has, by an accident, left out, and those whose time has come near."""
    services.plan_all_messages()


def open_waves() -> None:
    """Open the evaluations that are due, and ask those who took part."""
    services.open_due_waves()


def follow_waiting_lists() -> None:
    """End offers that ran out, open seats that agencies do not use, and offer what is free."""
    services.follow_waiting_lists()
