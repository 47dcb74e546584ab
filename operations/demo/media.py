"""Files of the demonstration: the film of the four arcs with its captions, and how a file comes to the documents."""

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db.models.fields.files import FieldFile
from wagtail.documents.models import Document
from wagtail.images.models import Image

from operations.demo import CONTENT, LANGUAGES


def add_document(title: str, name: str, data: bytes) -> Document:
    """Put a file among the documents of the CMS."""
    document = Document(title=title, file=ContentFile(data, name=name))
    _make_room(document.file, name)
    document.save()
    # Each measures the file and remembers.
    document.get_file_size()
    document.get_file_hash()
    return document


def with_files(line: dict[str, Any]) -> dict[str, Any]:
    """Put the keys of its files into a line of a lesson that shows a film by name; other lines stay as they are."""
    if "video" not in line:
        return line
    words = {name: value for name, value in line["video"].items() if name != "film"}
    return {"video": {**words, **_film(line["video"]["film"])}}


def _film(name: str) -> dict[str, int]:
    """The keys of a film and all that goes with it. Two lessons show the same files."""
    return {
        "video": _document(f"{name}.mp4"),
        "poster": _image(f"{name}.png"),
        **{f"captions_{code}": _document(f"{name}.{code}.vtt") for code in LANGUAGES},
    }


def _document(name: str) -> int:
    found = Document.objects.filter(title=name).first()
    return (found or add_document(name, name, (CONTENT / "media" / name).read_bytes())).pk


def _image(name: str) -> int:
    image = Image.objects.filter(title=name).first()
    if image is None:
        image = Image(title=name, file=ImageFile(BytesIO((CONTENT / "media" / name).read_bytes()), name=name))
        _make_room(image.file, name)
        image.save()
    return image.pk


def _make_room(field: FieldFile, name: str) -> None:
    """A demonstration that is loaded anew finds the file of the last one, and would take another name beside it."""
    field.storage.delete(field.field.generate_filename(field.instance, name))
