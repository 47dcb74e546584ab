"""Home pages with those who stand behind the Academy."""

from typing import Any
from uuid import uuid4

from django.core.files.images import ImageFile
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from home.models import HomePage
from tests.factories.courses import make_home


def make_logo(title: str = "Logo") -> Image:
    """A picture among the images of the CMS."""
    file: ImageFile = get_test_image_file(filename=f"{title.lower()}.png", size=(300, 100))
    return Image.objects.create(title=title, file=file)


def partner(name: str, **fields: Any) -> dict[str, Any]:
    """A partner as a StreamField stores it: without a logo, unless one is given."""
    value = {"role": "partner", "name": name, "logo": None, "alternative": "", "address": "", "acknowledgement": ""}
    return {"type": "partner", "id": str(uuid4()), "value": {**value, **fields}}


def disclaimer(text: str) -> dict[str, Any]:
    """What a donor asks us to say, as a StreamField stores it."""
    return {"type": "disclaimer", "id": str(uuid4()), "value": text}


def make_home_with(*blocks: dict[str, Any], language: str = "en") -> HomePage:
    """The home page of a language, published with these blocks."""
    page = make_home(language)
    page.partners = list(blocks)
    page.save_revision().publish()
    return HomePage.objects.get(pk=page.pk)
