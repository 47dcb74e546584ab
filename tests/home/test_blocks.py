"""Partners and disclaimers, as an editor writes and a translator meets them."""

import gc
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.blocks import StructBlockValidationError
from wagtail_localize.models import Translation, TranslationSource

from home.blocks import PartnerBlock
from home.models import HomePage
from people.models import Account
from tests.factories.courses import locale
from tests.factories.home import disclaimer, make_home_with, make_logo, partner

# Wagtail leaves the files of pictures to the garbage collector.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(autouse=True)
def _close_files_of_pictures() -> Iterator[None]:
    yield
    gc.collect()


def test_a_logo_says_something_to_those_who_do_not_see_it() -> None:
    block = PartnerBlock()
    stored = partner("Fund", role="funder", logo=make_logo().pk)["value"]

    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(block.to_python(stored))

    assert list(refused.value.block_errors) == ["alternative"]
    assert block.clean(block.to_python({**stored, "alternative": "A tree"}))["alternative"] == "A tree"


def test_a_partner_without_a_logo_needs_no_alternative() -> None:
    block = PartnerBlock()

    assert block.clean(block.to_python(partner("Mission")["value"]))["name"] == "Mission"


@pytest.mark.parametrize(("name", "words"), [("partner", "Name of the fund"), ("disclaimer", "The views expressed")])
def test_the_editor_sees_a_block_as_readers_do_before_choosing_it(
    roles: SimpleNamespace, client_of: Callable[[Account], Client], name: str, words: str
) -> None:
    block = HomePage.partners.field.stream_block.child_blocks[name]

    shown = client_of(roles.editor).get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})

    assert block.is_previewable
    assert (words in shown.content.decode(), "css/academy.css" in shown.content.decode()) == (True, True)


def test_a_translator_meets_words_and_the_logo_follows_the_source() -> None:
    logo = make_logo()
    words = {"alternative": "A tree", "acknowledgement": "It pays.", "address": "https://fund.example/"}
    source_page = make_home_with(partner("Fund", role="funder", logo=logo.pk, **words), disclaimer("Our views."))
    source, _created = TranslationSource.get_or_create_from_instance(source_page)
    translation = Translation.objects.create(source=source, target_locale=locale("ru"))

    po = translation.export_po()
    for entry in po:
        entry.msgstr = f"[{entry.msgid}]"
    translation.import_po(po)
    translation.save_target(publish=True)

    shown = {entry.msgid for entry in po if not entry.obsolete}
    assert {"Fund", "A tree", "It pays.", "Our views."} <= shown
    assert not {"funder", "https://fund.example/"} & shown
    first, last = HomePage.objects.get(locale__language_code="ru").partners
    assert (first.value["name"], first.value["alternative"], last.value) == ("[Fund]", "[A tree]", "[Our views.]")
    kept = (first.value["role"], first.value["logo"].pk, first.value["address"])
    assert kept == ("funder", logo.pk, "https://fund.example/")
