"""Persons, accounts and roles are not edited in the CMS: its generic views know no row permissions."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

HIDDEN = {"users", "groups"}


@hooks.register("construct_settings_menu")
def hide_accounts_and_groups(request: HttpRequest, menu_items: list[Any]) -> None:
    """Take the entries out that lead to accounts and groups."""
    menu_items[:] = [item for item in menu_items if item.name not in HIDDEN]
