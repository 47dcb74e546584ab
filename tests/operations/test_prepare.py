"""`prepare` does what has changed, and only that."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.core.management.base import CommandError

from people.models import Account
from people.services import EDITORS_GROUP
from tests.factories.people import make_account


@pytest.mark.django_db
def test_static_files_are_collected_once(settings, tmp_path, capsys):
    settings.STATIC_ROOT = tmp_path / "static"

    call_command("prepare")
    first = capsys.readouterr().err
    call_command("prepare")
    second = capsys.readouterr().err

    assert first.endswith("Collecting static files …\n")
    assert second == ""
    assert (tmp_path / "static" / "css" / "academy.css").exists()


@pytest.mark.django_db
def test_editors_of_an_older_release_get_what_is_new_and_keep_what_they_were_given(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    editor = make_account("editor")
    group = editor.groups.get()
    usual = set(group.permissions.all())
    given = Permission.objects.exclude(pk__in=group.permissions.all()).first()
    group.permissions.remove(*Permission.objects.filter(content_type__app_label="programmes"))
    group.permissions.add(given)

    call_command("prepare")
    call_command("prepare")

    assert set(group.permissions.all()) == usual | {given}
    assert Account.objects.get(pk=editor.pk).has_perm("programmes.change_programme")


@pytest.mark.django_db
def test_without_editors_no_group_is_made(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"

    call_command("prepare")

    assert not Group.objects.filter(name=EDITORS_GROUP).exists()


@pytest.mark.django_db
def test_measuring_needs_the_people_of_the_demonstration():
    with pytest.raises(CommandError, match="Run load_demo first"):
        call_command("bench")
