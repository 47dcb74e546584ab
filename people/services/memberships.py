"""Who belongs to which agency since when."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.errors import PeopleError
from people.models import Agency, Membership, Person


@transaction.atomic
def join_agency(
    *, person: Person, agency: Agency, since: date, until: date | None = None, post: str = ""
) -> Membership:
    """Make `agency` the person's primary one from a day on, to the day `until` where nothing is known of later ones.

    An earlier primary membership ends the day before. Of an agency that closes nobody is a member for longer.
    """
    if agency.closed_on is not None and agency.closed_on < since:
        raise PeopleError(_("%(agency)s closed on %(date)s.") % {"agency": agency, "date": agency.closed_on})
    if agency.opened_on is not None and agency.opened_on > since:
        raise PeopleError(_("%(agency)s opened only on %(date)s.") % {"agency": agency, "date": agency.opened_on})
    current = Membership.objects.filter(person=person, primary=True, valid_to__isnull=True).first()
    if current is not None:
        if current.agency_id == agency.pk:
            return current
        if current.valid_from >= since:
            raise PeopleError(_("The move must be after the person joined the present agency."))
        current.valid_to = since - timedelta(days=1)
        current.save(update_fields=["valid_to"])
    last = min((day for day in (until, agency.closed_on) if day is not None), default=None)
    membership = Membership.objects.create(person=person, agency=agency, valid_from=since, valid_to=last, post=post)
    record("people.agency_joined", obj=membership, subject=person, after={"agency": agency.code, "since": str(since)})
    return membership


def agency_of(person: Person, on: date | None = None) -> Agency:
    """Return the person's primary agency on a day (default today).

    Raises PeopleError when the person belonged to none.
    """
    day = on or timezone.localdate()
    membership = Membership.objects.on(day).filter(person=person, primary=True).select_related("agency").first()
    if membership is None:
        raise PeopleError(_("%(person)s belongs to no agency on that day.") % {"person": person})
    return membership.agency
