"""Pictures that come with questions: into the media library, and out of it again."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from wagtail.images import get_image_model

from library.services import KINDS, picture_kind, store_picture

COLLECTION = "Questions"
STORED = re.compile(r"""\bsrc\s*=\s*["']image:(\d{1,12})["']""")


def store_pictures(files: Mapping[str, bytes]) -> dict[str, str]:
    """Take pictures into the media library, each content once. Returns "image:<id>" by name; what is none is left out.

    Only PNG, JPEG, GIF and WebP.
    """
    return {
        name: f"image:{store_picture(name=name, content=content, collection=COLLECTION).pk}"
        for name, content in files.items()
        if picture_kind(content)
    }


def pictures_of(words: Iterable[Any]) -> dict[str, bytes]:
    """Return the content of the pictures that words name, by what stands in `src` ("image:12"); two reads for each."""
    ids = {int(found) for each in words for found in STORED.findall(repr(each))}
    found = get_image_model().objects.filter(pk__in=ids, collection__name=COLLECTION)
    contents = {}
    for image in found:
        with image.open_file() as file:
            contents[f"image:{image.pk}"] = file.read()
    return contents


def file_name(source: str, content: bytes) -> str:
    """Return the name of a picture in a file that is written: "image-12.png"."""
    return f"{source.replace(':', '-')}{KINDS.get(picture_kind(content) or '', '')}"
