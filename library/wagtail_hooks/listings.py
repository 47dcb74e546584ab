"""How far a translation is, at the head of its page in the CMS. Readers see nothing of it."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from library.keeping import State
from library.permissions import may_translate
from library.services import languages, standing
from library.translatables import kind_of
from library.wagtail_hooks.translations import STATES


@hooks.register("register_page_header_buttons")
def state_of_translation(page: Page, user: Any, view_name: str = "", next_url: str | None = None) -> Iterator[Button]:
    """A word about the translation that leads to what changed in its source."""
    specific = page.specific
    kind = kind_of(specific)
    language = specific.locale.language_code
    if kind is None or language == languages()[0] or not may_translate(user):
        return
    found = standing(kind, str(specific.translation_key), language)
    if found is not None:
        state = _("awaits a native editor") if found.unread and found.state == State.AWAITING else STATES[found.state]
        yield Button(
            _("Translation: %(state)s") % {"state": state},
            reverse("translations:compare", args=[kind.name, found.piece.key, language]),
            icon_name="wagtail-localize-language",
            priority=5,
        )
