"""What pages about signing in ask for."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from people.browsers import name_of_browser

register = template.Library()


@register.simple_tag
def browser_name(user_agent: str) -> str:
    """Return browser and system in words, or that they are unknown."""
    return name_of_browser(user_agent) or gettext("unknown browser")


@register.simple_tag
def ministry_doors() -> list[dict[str, str]]:
    """Return name and address of each sign-in of a ministry that is configured; none is the rule."""
    return [
        {"name": server["name"], "address": reverse("openid_connect_login", args=[server["id"]])}
        for server in settings.OIDC_SERVERS
    ] + [
        {"name": server["name"], "address": reverse("saml_login", args=[server["id"]])}
        for server in settings.SAML_SERVERS
    ]
