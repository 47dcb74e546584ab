"""Pictures that come with questions: into the media library, and out of it again."""

import io
import re
from collections.abc import Iterable, Mapping
from hashlib import sha1
from pathlib import PurePosixPath
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import Collection

COLLECTION = "Questions"
KINDS = {"PNG": ".png", "JPEG": ".jpg", "GIF": ".gif", "WEBP": ".webp"}
MOST_PIXELS = 40_000_000
STORED = re.compile(r"""\bsrc\s*=\s*["']image:(\d{1,12})["']""")


def store_pictures(files: Mapping[str, bytes]) -> dict[str, str]:
    """Take pictures into the media library, each content once. Returns "image:<id>" by name; what is none is left out.

    Only PNG, JPEG, GIF and WebP: other kinds can carry scripts, or no browser shows them.
    """
    if not files:
        return {}
    collection = _collection()
    stored = {}
    for name, content in files.items():
        kind = picture_kind(content)
        if kind is not None:
            stored[name] = f"image:{_stored(collection, name, content, kind).pk}"
    return stored


def picture_kind(content: bytes) -> str | None:
    """Return "PNG", "JPEG", "GIF" or "WEBP" for a picture that can be shown; None for anything else."""
    try:
        with Picture.open(io.BytesIO(content)) as picture:
            if picture.format not in KINDS or picture.width * picture.height > MOST_PIXELS:
                return None
            picture.verify()
            return picture.format
    except Exception:  # noqa: BLE001 - see below
        # Pillow answers a damaged picture with whatever error comes first, SyntaxError and struct.error included.
        return None


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


def _stored(collection: Collection, name: str, content: bytes, kind: str) -> Any:
    images = get_image_model()
    digest = sha1(content, usedforsecurity=False).hexdigest()  # Wagtail's own fingerprint of a file
    same = images.objects.filter(collection=collection, file_hash=digest).first()
    if same is not None:
        return same
    stem = PurePosixPath(name).stem[:80] or "picture"
    file = ImageFile(io.BytesIO(content), name=f"{digest[:12]}{KINDS[kind]}")
    return images.objects.create(title=stem, file=file, collection=collection, file_hash=digest)


def _collection() -> Collection:
    found = Collection.objects.filter(name=COLLECTION).first()
    return found or Collection.get_first_root_node().add_child(name=COLLECTION)
