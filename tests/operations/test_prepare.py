"""`prepare` does what has changed, and only that."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError


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
def test_measuring_needs_the_people_of_the_demonstration():
    with pytest.raises(CommandError, match="Run load_demo first"):
        call_command("bench")
