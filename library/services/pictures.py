"""Pictures that come in files, each content once in the media library."""

import io
from hashlib import sha1
from pathlib import PurePosixPath
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import Collection

KINDS = {"PNG": ".png", "JPEG": ".jpg", "GIF": ".gif", "WEBP": ".webp"}
MOST_PIXELS = 40_000_000


def picture_kind(content: bytes) -> str | None:
    """Return "PNG", "JPEG", "GIF" or "WEBP" for a picture that can be shown; None for anything else.

    Other kinds can carry scripts, or no browser shows them.
    """
    try:
        with Picture.open(io.BytesIO(content)) as picture:
            if picture.format not in KINDS or picture.width * picture.height > MOST_PIXELS:
                return None
            picture.verify()
            return picture.format
    except Exception:  # noqa: BLE001 - see below
        # Pillow answers a damaged picture with whatever error comes first, SyntaxError and struct.error included.
        return None


def store_picture(*, name: str, content: bytes, collection: str) -> Any:
    """Return the image with this content in a collection; made when missing. It has to be one that can be shown."""
    images = get_image_model()
    digest = sha1(content, usedforsecurity=False).hexdigest()  # Wagtail's own fingerprint of a file
    place = _collection(collection)
    same = images.objects.filter(collection=place, file_hash=digest).first()
    if same is not None:
        return same
    suffix = KINDS[picture_kind(content) or "PNG"]
    file = ImageFile(io.BytesIO(content), name=f"{digest[:12]}{suffix}")
    title = PurePosixPath(name).stem[:80] or "picture"
    return images.objects.create(title=title, file=file, collection=place, file_hash=digest)


def _collection(name: str) -> Collection:
    found = Collection.objects.filter(name=name).first()
    return found or Collection.get_first_root_node().add_child(name=name)
