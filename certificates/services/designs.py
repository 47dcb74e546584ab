"""Designs: versions that never change, pictures by their hash, and which design a certificate is made with."""

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from audit.services import record
from certificates import wording
from certificates.causes import Cause
from certificates.designs import LANGUAGES, Parameters
from certificates.models import Certificate, Design, DesignPicture, DesignVersion
from certificates.pdf import DoesNotFitError, Look, MissingLetterError, Picture, SecondWords, Words, check_room
from certificates.pdf import missing_letters as letters_missing_in
from certificates.services.samples import SAMPLE_NAMES, sample_payload
from core.errors import DomainError
from courses.models import Module
from library.services import note_translations
from people.models import Account
from programmes.models import Programme
from workshops.models import Workshop

MOST_BYTES = 4 * 1024 * 1024
MOST_PIXELS = 4000
# Wide enough for 300 dots per inch of the widest logo.
_KEPT_PIXELS = 950
_POINTS_IN_MM = 72 / 25.4


class DesignError(DomainError):
    """A design or one of its pictures cannot be used."""


@transaction.atomic
def save_design(
    *,
    design: Design | None,
    name: str,
    is_default: bool,
    parameters: Parameters,
    actor: Account,
    modules: Iterable[Module] = (),
    workshops: Iterable[Workshop] = (),
    programmes: Iterable[Programme] = (),
) -> Design:
    """Create or change a design; other parameters make a new version, the same ones none. Certificates never change.

    A design that becomes the default takes the place of the one before. Raises DesignError for parameters that cannot
    be printed.
    """
    problems = parameters_problems(parameters)
    if problems:
        raise DesignError(" ".join(sentence for sentences in problems.values() for sentence in sentences))
    if is_default:
        Design.objects.filter(is_default=True).exclude(pk=design.pk if design else 0).update(is_default=False)
    saved = design or Design()
    saved.name, saved.is_default = name, is_default
    saved.save()
    saved.modules.set(modules)
    saved.workshops.set(workshops)
    saved.programmes.set(programmes)
    _add_version(saved, parameters, actor)
    note_translations(kind="design", keys=[str(saved.pk)])
    return saved


def _add_version(design: Design, parameters: Parameters, actor: Account) -> None:
    latest = Design.objects.select_for_update().get(pk=design.pk).versions.first()
    if latest is not None and Parameters.from_json(latest.parameters) == parameters:
        return
    number = latest.number + 1 if latest else 1
    design.versions.create(number=number, parameters=parameters.to_json(), created_by=actor)
    record("certificates.design_changed", obj=design, actor=actor, after={"number": number})


def parameters_problems(
    parameters: Parameters, read: Callable[[str], bytes | None] | None = None
) -> dict[str, list[str]]:
    """Return {parameter: sentences} of what keeps certificates from being printed like this.

    Beside the rules of `certificates.designs` it arranges samples in every language, with a name of 60 letters. `read`
    returns the content of a picture by its hash: for pictures that are not stored yet.
    """
    problems = parameters.problems()
    if problems:
        return problems
    try:
        for words in samples(parameters, read):
            letters = letters_missing_in(words)
            if letters:
                raise MissingLetterError(letters)
            check_room(words)
    except MissingLetterError as error:
        named = ", ".join(error.letters)
        return {"": [_("The typeface of the certificate cannot draw: %(letters)s.") % {"letters": named}]}
    except DoesNotFitError as error:
        return {"logos" if error.part == "logos" else "": [misfit(error)]}
    except DesignError as error:
        return {"logos": [str(error)]}
    return {}


def misfit(error: DoesNotFitError) -> str:
    """Return the sentence that says what has no room and what helps."""
    return str(no_room(error))


def no_room(error: DoesNotFitError) -> Cause:
    """Return why a page does not hold what it should."""
    return Cause("logos" if error.part == "logos" else "room")


def samples(parameters: Parameters, read: Callable[[str], bytes | None] | None = None) -> Iterable[Words]:
    """Yield the words of invented certificates: each language with a short and a long name."""
    for language in LANGUAGES:
        for name in SAMPLE_NAMES:
            yield sample_words(parameters, language, name, read)


def sample_words(
    parameters: Parameters, language: str, name: str, read: Callable[[str], bytes | None] | None = None
) -> Words:
    """Return the words of an invented certificate in one language, with the sample name "short" or "long"."""
    payload = sample_payload(parameters, language, name)
    payload["printed"] = wording.page(payload, language)
    return page_words(
        payload, code="0000-0000-0000-0", moment=datetime.fromisoformat("2026-03-09T12:00:00+00:00"), read=read
    )


def design_for(certificate: Certificate) -> DesignVersion | None:
    """Return the latest version of the design for a certificate: its module, workshop or programme before the default.

    None while nobody made a design that is for it.
    """
    chosen = None
    if certificate.enrolment is not None:
        chosen = certificate.enrolment.module.certificate_designs.first()
    elif certificate.registration is not None:
        chosen = certificate.registration.workshop.certificate_designs.first()
    elif certificate.programme is not None:
        chosen = certificate.programme.certificate_designs.first()
    chosen = chosen or Design.objects.filter(is_default=True).first()
    return chosen.versions.select_related("design").first() if chosen else None


def designs_of_today() -> Callable[[Certificate], DesignVersion | None]:
    """Return what answers as `design_for` does, for any number of certificates and without asking again."""
    versions = Prefetch("versions", DesignVersion.objects.select_related("design"))
    chosen: dict[tuple[str, int | None], DesignVersion] = {}
    default = None
    for design in Design.objects.prefetch_related("modules", "workshops", "programmes", versions):
        latest = next(iter(design.versions.all()), None)
        if latest is None:
            continue
        default = latest if design.is_default else default
        for name in ("modules", "workshops", "programmes"):
            for subject in getattr(design, name).all():
                chosen.setdefault((name, subject.pk), latest)
    return lambda certificate: chosen.get(_subject(certificate), default)


def _subject(certificate: Certificate) -> tuple[str, int | None]:
    if certificate.enrolment is not None:
        return "modules", certificate.enrolment.module_id
    if certificate.registration is not None:
        return "workshops", certificate.registration.workshop_id
    return "programmes", certificate.programme_id


def frozen(version: DesignVersion | None) -> dict[str, Any]:
    """Return what a payload keeps of a design: its name, the number of the version and all parameters."""
    if version is None:
        return {"name": "", "number": 0, "parameters": Parameters().to_json()}
    return {"name": version.design.name, "number": version.number, "parameters": version.parameters}


def page_words(
    payload: Mapping[str, Any],
    *,
    code: str,
    moment: datetime,
    read: Callable[[str], bytes | None] | None = None,
) -> Words:
    """Return what the page of a payload says and how it looks.

    Raises DesignError when a picture is gone.
    """
    printed = dict(payload["printed"])
    printed["facts"] = _pairs(printed["facts"])
    printed["signatories"] = tuple(tuple(each) for each in printed.get("signatories", ()))
    printed["logos"] = tuple(printed.get("logos", ()))
    second = printed.pop("second", None)
    if second is not None:
        second = SecondWords(**{**second, "facts": _pairs(second["facts"]), "posts": tuple(second["posts"])})
    look = _look(wording.parameters(dict(payload)), read or _stored)
    return Words(**printed, second=second, look=look, code=code, moment=moment)


def _pairs(facts: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in facts)


def _look(parameters: Parameters, read: Callable[[str], bytes | None]) -> Look:
    return Look(
        orientation=parameters.orientation,
        accent=parameters.accent,
        pattern=parameters.pattern,
        logos=tuple(_picture(logo.sha256, read, logo.width * _POINTS_IN_MM) for logo in parameters.logos),
        signatures=tuple(
            _picture(signatory.sha256, read) if signatory.sha256 else None for signatory in parameters.signatories
        ),
    )


def _picture(sha256: str, read: Callable[[str], bytes | None], width: float = 0) -> Picture:
    data = read(sha256)
    if data is None:
        raise DesignError(Cause("picture"))
    return Picture(data, _size(data), width)


@lru_cache(maxsize=16)
def _size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.size


@lru_cache(maxsize=16)
def _stored(sha256: str) -> bytes | None:
    """Read a picture; kept in memory, because a thousand certificates of a run have the same ones."""
    picture = DesignPicture.objects.filter(sha256=sha256).first()
    if picture is None:
        # Not kept: it may be uploaded in a moment.
        raise DesignError(Cause("picture"))
    with picture.file.open("rb") as file:
        return file.read()


@transaction.atomic
def store_picture(*, data: bytes, actor: Account) -> DesignPicture:
    """Check a picture, make it fit to be printed, and keep it under its hash; the same one is kept once.

    Raises DesignError as `printable` does.
    """
    clean = printable(data)
    sha256 = hashlib.sha256(clean).hexdigest()
    known = DesignPicture.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    picture = DesignPicture(sha256=sha256, created_by=actor)
    picture.width, picture.height = _size(clean)
    picture.file.save(f"{sha256}.png", ContentFile(clean), save=False)
    picture.save()
    return picture


def printable(data: bytes) -> bytes:
    """Return a picture as it is printed: a PNG in sRGB on white, at most 950 pixels a side, saying nothing of itself.

    Raises DesignError for anything but a whole PNG or JPEG, more than 4 MB, or more than 4000 pixels a side.
    """
    if len(data) > MOST_BYTES:
        raise DesignError(_("The picture is larger than 4 MB."))
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
            # The size stands in the head of the file: nothing is unpacked before it is known to be small.
            if max(opened.size) > MOST_PIXELS:
                raise DesignError(_("The picture has more than 4000 pixels on a side."))
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            return _cleaned(upright, opened.info.get("icc_profile"))
    except DesignError:
        raise
    except Exception as error:  # Pillow answers a damaged picture with whatever error comes first.
        raise DesignError(_("This is no PNG or JPEG picture, or it is damaged.")) from error


def _cleaned(picture: Image.Image, profile: bytes | None) -> bytes:
    transparency = None
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        transparency = picture.getchannel("A")
        picture = picture.convert("RGB")
    elif picture.mode not in {"RGB", "CMYK", "L"}:
        picture = picture.convert("RGB")
    picture = _in_srgb(picture, profile)
    if transparency is not None:
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=transparency)
        picture = white
    picture.thumbnail((_KEPT_PIXELS, _KEPT_PIXELS), Image.Resampling.LANCZOS)
    # A new picture carries pixels alone.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    buffer = io.BytesIO()
    clean.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert from the profile in the file; one that cannot be used is left aside."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return converted or picture.convert("RGB")
        except (ImageCms.PyCMSError, OSError):
            pass
    return picture.convert("RGB")
