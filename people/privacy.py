"""What data of people are used for: purposes with their versions and words. Values only.

Who changes the words of a voluntary purpose raises its version: whoever agreed to the earlier words is asked again.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Purpose:
    """A purpose. needed: the programme cannot be taken part in without it, so nobody is asked; otherwise it is chosen.

    basis: why it is allowed; data: what is used; kept: for how long.
    """

    key: str
    version: int
    needed: bool
    title: Words
    about: Words
    data: Words
    basis: Words
    kept: Words


_TASK = _("A public task: training people who work with migrants’ health.")
_DUTY = _("A duty by law: records of training and of public money.")
_AGREED = _("Your agreement, which you can take back at any time.")

PURPOSES = {
    purpose.key: purpose
    for purpose in (
        Purpose(
            "learning",
            1,
            True,
            _("Learning in modules and workshops"),
            _("So that you find what you began, come into workshops, and your attendance and tests count."),
            _(
                "Names, agency and post, registrations, attendance, progress, answers to tests and marks, "
                "what you write in discussions."
            ),
            _TASK,
            _("Names and contact data until 12 months after your programme ends; then under a pseudonym."),
        ),
        Purpose(
            "account",
            1,
            True,
            _("Signing in safely"),
            _("So that nobody else comes in with your name, and it can be found out who did what."),
            _("E-mail, means of signing in, sessions, and an audit trail of what was done."),
            _TASK,
            _("As long as the account is open; sessions end by themselves."),
        ),
        Purpose(
            "messages",
            1,
            True,
            _("Messages about what you take part in"),
            _("Invitations, changes of time and place, results, certificates."),
            _("E-mail, language, the messages themselves."),
            _TASK,
            _("What messages say is deleted after the time that the settings name; that they went stays."),
        ),
        Purpose(
            "registers",
            1,
            True,
            _("Registers of attendance and certificates"),
            _("So that it can be proved who took part, and anybody can check a certificate."),
            _("The signed register, scans of it, the register of certificates."),
            _DUTY,
            _("For the time that the law names for training records; what names you can be erased before."),
        ),
        Purpose(
            "figures",
            1,
            True,
            _("Figures for agencies and funders"),
            _("Counts without names; groups of few people are not shown."),
            _("Sex if you told it, kind of agency, region, what was completed."),
            _TASK,
            _("Figures are kept for ever: they name nobody."),
        ),
        Purpose(
            "needs",
            1,
            True,
            _("What you need for a workshop"),
            _("Asked only after a seat is confirmed, and only if you want to tell it: a seat, interpretation, a diet."),
            _("What you tell about it, and nothing about your health."),
            _AGREED,
            _("Deleted 14 days after the workshop."),
        ),
        Purpose(
            "news",
            1,
            False,
            _("Letters about new modules and workshops"),
            _("A letter now and then about what is new. Without it you hear only of what you take part in."),
            _("E-mail, language, agency."),
            _AGREED,
            _("Until you take it back."),
        ),
        Purpose(
            "research",
            1,
            False,
            _("Research into how people learn"),
            _("Your answers and marks, without your name, may be used by researchers to make learning better."),
            _("Answers to tests and evaluations, without names."),
            _("A public task: the rows name nobody. Whoever does not agree is left out."),
            _("Until you do not agree; what was published cannot be called back."),
        ),
    )
}


def voluntary() -> list[Purpose]:
    """Return the purposes that people choose.

    >>> [purpose.key for purpose in voluntary()]
    ['news', 'research']
    """
    return [purpose for purpose in PURPOSES.values() if not purpose.needed]
