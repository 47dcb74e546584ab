"""What this app announces, inside the transaction in which it happens."""

from django.dispatch import Signal

# sender: people.models.Membership; people: ids of persons; since: the first day on which they belong elsewhere.
memberships_changed = Signal()
# sender: people.models.Agency; agency: the row that closed; successor: the row that takes its place (None: nobody
# does); people: ids of those who go there, None for all; since: the first day of the successor.
agency_succeeded = Signal()
