"""Kinds of messages that a reader may do without, and those that always come. Values only.

A message keeps the key of its kind; one without a kind is needed, and always goes.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

REMINDERS, ASSIGNMENTS, MONTHLY, CONTENT = "reminders", "assignments", "monthly", "content"
ANSWERS, QUESTIONS = "answers", "questions"


@dataclass(frozen=True)
class Kind:
    """What messages of a kind are called, and when they come."""

    key: str
    title: Words
    about: Words


# What a reader chooses.
CHOSEN = {
    kind.key: kind
    for kind in (
        Kind(
            REMINDERS,
            _("Reminders"),
            _(
                "Three days and one day before a workshop, when an evaluation or your own plan waits for an answer, "
                "and before a certificate expires."
            ),
        ),
        Kind(
            ASSIGNMENTS,
            _("What I am to complete"),
            _("When a module that was assigned to you is due soon, or is overdue."),
        ),
        Kind(
            MONTHLY,
            _("Reports of the month"),
            _("On the first working day of a month, links to the reports about the month before."),
        ),
        Kind(
            CONTENT,
            _("Texts that wait for me"),
            _("When a text waits for your review; once a week, which texts have to be looked at again."),
        ),
        Kind(
            ANSWERS,
            _("Answers to my questions"),
            _("When somebody answers a question that you asked in the discussion of a module."),
        ),
        Kind(
            QUESTIONS,
            _("Questions that wait for me"),
            _("One list in the morning: what waits for an answer or a decision in the discussions of your cohorts."),
        ),
    )
}
# What comes whatever was chosen: without it somebody would lose a seat, an account or a right.
NEEDED = (
    Kind(
        "security",
        _("Signing in"),
        _("Codes, a sign-in on a new device, a change of how you sign in."),
    ),
    Kind(
        "seats",
        _("Seats in workshops"),
        _("Invitations, offers, confirmations, changes of time and place, cancellations, the first question after it."),
    ),
    Kind(
        "certificates",
        _("Certificates"),
        _("When one is issued, issued anew, or waits for you."),
    ),
    Kind(
        "agency",
        _("Your agency, your roles and your data"),
        _("When you join or move, a role is given or ends, and answers to what you asked."),
    ),
)


def wanted(kind: str, muted: list[str]) -> bool:
    """Whether a message of this kind goes to somebody who does not want some kinds.

    >>> wanted("reminders", ["reminders"]), wanted("monthly", ["reminders"]), wanted("", ["", "security"])
    (False, True, True)
    """
    return kind not in CHOSEN or kind not in muted
