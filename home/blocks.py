"""Who stands behind the Academy, as an editor writes it: partners with their marks, and what donors ask us to say."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock


class Role(TextChoices):
    """What a partner does for the Academy."""

    FUNDER = "funder", _("funded by")
    PARTNER = "partner", _("partner")


class PartnerBlock(blocks.StructBlock):
    """An organisation with its role and, if it has one, its mark. Mark, role and address follow the source language."""

    role = blocks.ChoiceBlock(label=_("role"), choices=Role.choices)
    name = blocks.CharBlock(label=_("name"), max_length=120)
    logo = ImageChooserBlock(
        label=_("logo"),
        required=False,
        help_text=_("Use a logo only with the consent of its owner. Without one, the name stands alone."),
    )
    alternative = blocks.CharBlock(
        label=_("alternative text"),
        max_length=200,
        required=False,
        help_text=_("What the logo shows, for those who do not see it."),
    )
    address = blocks.URLBlock(label=_("address"), required=False)
    acknowledgement = blocks.CharBlock(
        label=_("acknowledgement"), max_length=300, required=False, help_text=_("One sentence: what the partner gives.")
    )

    class Meta:
        icon = "group"
        label = _("partner")
        template = "blocks/partner.html"
        preview_value = {
            "role": Role.FUNDER,
            "name": _("Name of the fund"),
            "acknowledgement": _("One sentence: what the partner gives."),
        }

    def clean(self, value: Any) -> Any:
        """Refuse a logo that says nothing to those who do not see it."""
        result = super().clean(value)
        if result["logo"] and not result["alternative"].strip():
            error = ValidationError(_("Say what the logo shows, for those who do not see it."))
            raise StructBlockValidationError(block_errors={"alternative": error})
        return result


class PartnerBlocks(blocks.StreamBlock):
    """Everybody who stands behind the Academy, in the order of the front page, and what donors ask us to say."""

    partner = PartnerBlock()
    disclaimer = blocks.TextBlock(
        label=_("disclaimer"),
        icon="info-circle",
        template="blocks/disclaimer.html",
        help_text=_("The words that a donor asks for. They stand on the front page and in the foot of public pages."),
        preview_value=_("The views expressed here do not necessarily reflect those of the donor."),
    )
