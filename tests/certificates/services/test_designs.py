import hashlib
import io
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from PIL import Image, ImageCms, PngImagePlugin

from audit.models import Event
from certificates.designs import Logo, Parameters, Signatory
from certificates.models import Certificate, Design, DesignPicture
from certificates.services import (
    DesignError,
    award_enrolment,
    award_registration,
    draft_successor,
    parameters_problems,
    printable,
    sample_words,
    save_design,
    seal,
    store_picture,
    words_of,
)
from certificates.services.preparing import why_waiting
from core.models import AppendOnlyError
from tests.factories.certificates import (
    make_certificate,
    make_completed_enrolment,
    make_completed_registration,
)
from tests.factories.people import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.db]

TEXTS = {"en": "Ministry", "ru": "Министерство", "be": "Міністэрства"}


@pytest.fixture
def editor():
    return make_account("editor")


def picture(size=(300, 100), mode="RGB", colour="#0055AA", kind="PNG", **saved) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, colour).save(buffer, kind, **saved)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def make_design(editor, name="Ours", **changes) -> Design:
    fields = {"is_default": False, "parameters": Parameters(), **changes}
    return save_design(design=None, name=name, actor=editor, **fields)


class TestVersions:
    def test_a_new_design_has_a_first_version_by_whoever_made_it(self, editor):
        version = make_design(editor, parameters=Parameters(pattern=75)).versions.get()

        assert (version.number, version.created_by, version.parameters["pattern"]) == (1, editor, 75)
        assert Event.objects.get(action="certificates.design_changed").actor == editor

    def test_the_same_parameters_make_no_version_and_others_do(self, editor):
        design = make_design(editor)
        for pattern in (50, 25, 25, 50):
            save_design(
                design=design, name="Ours", is_default=False, parameters=Parameters(pattern=pattern), actor=editor
            )

        assert list(design.versions.values_list("number", flat=True)) == [3, 2, 1]

    def test_a_version_never_changes(self, editor):
        version = make_design(editor).versions.get()
        version.number = 7

        with pytest.raises(AppendOnlyError):
            version.save()

    def test_a_new_default_takes_the_place_of_the_old_one(self, editor):
        make_design(editor, "Old", is_default=True)
        make_design(editor, "New", is_default=True)

        assert list(Design.objects.filter(is_default=True).values_list("name", flat=True)) == ["New"]

    def test_the_database_knows_one_default(self, editor):
        make_design(editor, "Old", is_default=True)

        with pytest.raises(IntegrityError), transaction.atomic():
            Design.objects.create(name="New", is_default=True)

    def test_what_cannot_be_printed_is_refused_and_nothing_is_kept(self, editor):
        with pytest.raises(DesignError, match="contrast to the paper"):
            make_design(editor, parameters=Parameters(accent="#C9AE6B"))

        assert not Design.objects.exists()


class TestChoice:
    def test_without_designs_certificates_look_as_they_always_did(self):
        certificate = award_enrolment(enrolment=make_completed_enrolment())

        assert certificate.design is None
        assert certificate.payload["design"] == {"name": "", "number": 0, "parameters": Parameters().to_json()}

    def test_the_design_of_a_module_goes_before_the_default(self, editor):
        default = make_design(editor, "Default", is_default=True)
        own = make_design(editor, "Own", parameters=Parameters(orientation="portrait"))
        enrolment = make_completed_enrolment()
        own.modules.add(enrolment.module)

        assert award_enrolment(enrolment=enrolment).design.design == own
        assert award_enrolment(enrolment=make_completed_enrolment()).design.design == default

    def test_the_design_of_a_workshop(self, editor):
        registration = make_completed_registration()
        own = make_design(editor, workshops=[registration.workshop])

        assert award_registration(registration=registration).design.design == own

    def test_the_latest_version_counts_and_the_payload_keeps_all_of_it(self, editor):
        design = make_design(editor, is_default=True)
        portrait = Parameters(orientation="portrait", extra=TEXTS)
        save_design(design=design, name="Ours", is_default=True, parameters=portrait, actor=editor)

        certificate = award_enrolment(enrolment=make_completed_enrolment())

        assert certificate.design.number == 2
        assert certificate.payload["design"] == {"name": "Ours", "number": 2, "parameters": portrait.to_json()}
        assert certificate.payload["printed"]["extra"] in TEXTS.values()

    def test_a_certificate_that_exists_keeps_its_look_whatever_becomes_of_the_design(self, editor):
        design = make_design(editor, is_default=True)
        before = make_certificate()
        words = words_of(before)

        portrait = Parameters(orientation="portrait", accent="#0B5F66")
        save_design(design=design, name="Other", is_default=False, parameters=portrait, actor=editor)

        after = Certificate.objects.get(pk=before.pk)
        assert (words_of(after), after.pdf_sha256) == (words, before.pdf_sha256)
        with after.pdf.open("rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == before.pdf_sha256

    def test_a_design_without_the_result_does_not_print_it(self, editor):
        make_design(editor, is_default=True, parameters=Parameters(result=False))

        labels = [label for label, _value in words_of(make_certificate()).facts]

        assert labels == ["Duration", "Completed"]

    def test_a_page_in_two_languages_freezes_both(self, editor):
        make_design(editor, is_default=True, parameters=Parameters(languages="be+en"))

        certificate = seal(certificate=award_enrolment(enrolment=make_completed_enrolment()))
        words = words_of(certificate)

        assert (certificate.language, certificate.status) == ("be", "valid")
        assert (words.facts[0][0], words.second.facts[0][0]) == ("Працягласць", "Duration")
        assert (words.agency, words.second.agency) == ("Гарадская паліклініка", "City polyclinic")
        # M1 has the same title in both.
        assert words.second.subject == ""


class TestRoom:
    @pytest.mark.parametrize("orientation", ["landscape", "portrait"])
    @pytest.mark.parametrize("languages", ["own", "ru+en", "be+en"])
    def test_a_long_name_fits_on_every_page(self, orientation, languages):
        signatories = (Signatory("Maria Kowalczyk", TEXTS), Signatory("Ірына Міхалевіч", TEXTS))
        design = Parameters(orientation=orientation, languages=languages, signatories=signatories)

        assert parameters_problems(design) == {}

    def test_what_does_not_fit_is_said_while_editing(self, editor):
        wide = store_picture(data=picture((400, 100)), actor=editor)
        logos = (Logo(wide.sha256, 60, TEXTS),) * 3

        assert parameters_problems(Parameters(logos=logos)) == {
            "logos": ["The logos have no room side by side, or one is higher than 16 mm. Make them narrower."]
        }

    def test_a_title_without_room_leaves_the_certificate_pending(self):
        registration = make_completed_registration()
        certificate = award_registration(registration=registration)
        certificate.payload["printed"]["subject"] = "Migration and health " * 60
        certificate.save()

        sealed = seal(certificate=certificate)

        assert (sealed.status, sealed.pdf.name) == ("pending", "")
        assert why_waiting(sealed).startswith("A long name or title has no room on this page.")

    def test_a_letter_that_no_face_has_is_named(self):
        assert parameters_problems(Parameters(extra={"en": "王"})) == {
            "": ["The typeface of the certificate cannot draw: 王."]
        }

    def test_a_picture_that_is_gone_is_said(self):
        assert parameters_problems(Parameters(logos=(Logo("0" * 64, 30, TEXTS),))) == {
            "logos": ["A picture of the design is gone. Upload it again."]
        }

    @pytest.mark.parametrize("language", ["en", "ru", "be"])
    def test_the_long_sample_has_sixty_letters(self, language):
        assert len(sample_words(Parameters(), language, "long").name) == 60


class TestPictures:
    def test_a_picture_is_kept_once_under_its_hash(self, editor):
        first = store_picture(data=picture(), actor=editor)
        again = store_picture(data=picture(), actor=editor)

        assert first == again == DesignPicture.objects.get()
        assert (first.width, first.height) == (300, 100)
        with first.file.open("rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == first.sha256

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"", "no PNG or JPEG"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG or JPEG"),
            (picture(kind="GIF", mode="P", colour=0), "no PNG or JPEG"),
            (picture()[:200], "no PNG or JPEG"),
            (picture((4001, 10)), "more than 4000 pixels"),
            (picture() + b"\0" * 4 * 1024 * 1024, "larger than 4 MB"),
        ],
    )
    def test_anything_else_is_refused(self, data, sentence):
        with pytest.raises(DesignError, match=sentence):
            printable(data)

    def test_a_bomb_is_refused_by_its_head_alone(self):
        head = picture((4000, 4000), mode="1", colour=0)
        bomb = head[:16] + (60_000).to_bytes(4, "big") * 2 + head[24:]

        with pytest.raises(DesignError):
            printable(bomb)

    def test_transparency_becomes_white_paper(self):
        clean = opened(printable(picture(mode="RGBA", colour=(0, 0, 0, 0))))

        assert (clean.mode, clean.getpixel((5, 5))) == ("RGB", (255, 255, 255))

    @pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16", "CMYK"])
    def test_every_mode_becomes_rgb(self, mode):
        kind = "JPEG" if mode == "CMYK" else "PNG"

        assert opened(printable(picture(mode=mode, colour=0, kind=kind))).mode == "RGB"

    def test_colours_of_another_profile_are_converted(self):
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

        assert opened(printable(picture(icc_profile=lab))).getpixel((5, 5)) == (0, 0x55, 0xAA)
        assert "icc_profile" not in opened(printable(picture(icc_profile=lab))).info

    def test_a_profile_that_is_none_does_no_harm(self):
        assert opened(printable(picture(icc_profile=b"nonsense"))).getpixel((5, 5)) == (0, 0x55, 0xAA)

    def test_what_a_picture_says_of_itself_is_dropped(self):
        said = PngImagePlugin.PngInfo()
        said.add_text("Author", "somebody")
        photo = Image.new("RGB", (30, 20), "#0055AA")
        exif = photo.getexif()
        exif[0x9286] = "taken at home"

        clean = opened(printable(picture(pnginfo=said)))

        assert clean.info == {}
        assert not opened(printable(picture(kind="JPEG", exif=exif))).getexif()

    def test_a_photo_is_turned_as_its_camera_says(self):
        exif = Image.Exif()
        exif[0x0112] = 6

        assert opened(printable(picture((300, 100), kind="JPEG", exif=exif))).size == (100, 300)

    def test_a_large_one_is_made_as_large_as_it_can_be_printed(self):
        assert opened(printable(picture((4000, 1000)))).size == (950, 238)


def test_a_certificate_issued_anew_has_the_design_of_today(editor):
    old = make_certificate()
    make_design(editor, is_default=True, parameters=Parameters(orientation="portrait"))

    new = draft_successor(certificate=old, name_latin="Anna Kovalchuk")

    assert (old.design, new.design.number) == (None, 1)
    assert words_of(new).look.orientation == "portrait"
    assert datetime.now(UTC) >= new.issued_at
