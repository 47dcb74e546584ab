"""The file of a list, for whoever may see the list."""

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from people.errors import PeopleError
from people.models import Account, PeopleImport


@transaction.atomic
def open_sent_file(*, source: PeopleImport, actor: Account) -> File:
    """Open the file as it was sent, and note who took it. Raises PeopleError when its time is over."""
    if not source.file:
        raise PeopleError(_("The file is not there any more."))
    try:
        opened = source.file.open("rb")
    except FileNotFoundError as error:
        raise PeopleError(_("The file is not there any more.")) from error
    record("people.list_fetched", obj=source, actor=actor, after={"name": source.file_name})
    return opened
