from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from home import receivers  # noqa: F401
        from home.models import HomePage, PlainPage
        from library import translatables
        from library.services import kind_of_pages

        translatables.register(
            kind_of_pages("home", _("home page"), HomePage), kind_of_pages("page", _("plain page"), PlainPage)
        )
