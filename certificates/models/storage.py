"""Where files of certificates lie."""

from django.core.files.storage import Storage, storages


def private_storage() -> Storage:
    """Sealed PDFs are never served by address, only through a view that checks who asks."""
    return storages["private"]


def names_in(folder: str) -> list[str]:
    """Return the names of the files in a folder of it; none where nobody has saved one yet."""
    try:
        return private_storage().listdir(folder)[1]
    except FileNotFoundError:
        return []
