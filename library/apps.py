from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "library"
    verbose_name = _("Library")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.blocks import offer_shared_texts
        from library import desk, receivers, translatables  # noqa: F401
        from library.holdings import HOLDINGS
        from library.models import Resource, SharedText, Term
        from library.permissions import may_review, may_translate
        from library.services import choices_of_shared_texts, kind_of_pages, piles_of_editors, piles_of_experts
        from people import holdings

        holdings.register(*HOLDINGS)
        translatables.register(
            kind_of_pages("term", _("glossary term"), Term),
            kind_of_pages("resource", _("resource"), Resource),
            kind_of_pages("shared", _("shared text"), SharedText),
        )
        offer_shared_texts(choices_of_shared_texts)
        desk.register(desk.Supplier(may_review, piles_of_experts), desk.Supplier(may_translate, piles_of_editors))
