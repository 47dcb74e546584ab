"""Pictures without what is not seen: where and by whom they were taken, and whatever stands behind their last byte."""

import io
from typing import Any

from PIL import Image, ImageOps

# One more loss that nobody sees; what is shown is made smaller anyway.
_SAVED: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92},
    "WEBP": {"quality": 92},
    "AVIF": {"quality": 85},
    "PNG": {},
    "GIF": {"comment": b""},
}


def bare(content: bytes) -> bytes:
    """Return a picture made anew, in its format and as it is meant to stand, with its colours and nothing else.

    Raises ValueError for what is no picture, or one in a format that is not taken.
    """
    try:
        with Image.open(io.BytesIO(content)) as picture:
            kind, moves = picture.format or "", getattr(picture, "n_frames", 1) > 1
            if kind not in _SAVED:
                raise ValueError(f"{kind} is not taken")
            upright = picture if moves else ImageOps.exif_transpose(picture)
            made = io.BytesIO()
            profile = picture.info.get("icc_profile")
            more = {"save_all": True} if moves else {}
            upright.save(made, kind, exif=b"", icc_profile=profile, **_SAVED[kind], **more)
    except (OSError, SyntaxError, Image.DecompressionBombError) as trouble:
        raise ValueError(f"no picture: {trouble}") from trouble
    return made.getvalue()
