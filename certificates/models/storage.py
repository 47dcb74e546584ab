"""Where files of certificates lie."""

from django.core.files.storage import Storage, storages


def private_storage() -> Storage:
    """Sealed PDFs are never served by address, only through a view that checks who asks."""
    return storages["private"]
