"""What is started, and how patiently it is started again."""

import pytest

from operations.supervision import background, pause_before_restart, web_server


@pytest.mark.parametrize(
    ("lifetimes", "pause"),
    [
        ([300.0], 0.0),
        ([2.0], 1.0),
        ([2.0, 2.0], 2.0),
        ([300.0, 2.0, 2.0, 2.0], 4.0),
        ([2.0, 90.0], 0.0),
        ([1.0] * 20, 60.0),
    ],
)
def test_quick_deaths_in_a_row_double_the_pause(lifetimes, pause):
    assert pause_before_restart(lifetimes) == pause


def test_an_installation_is_a_web_server_a_worker_and_a_scheduler():
    web = web_server(python="py", address="127.0.0.1", port=8000, workers=2, threads=4)
    children = (web, *background(python="py", manage="manage.py"))

    assert [child.name for child in children] == ["web server", "worker", "scheduler"]
    assert web.command[:7] == (
        "py",
        "-m",
        "gunicorn",
        "--bind",
        "127.0.0.1:8000",
        "--worker-class",
        "config.web_worker.Worker",
    )
    assert children[1].command[:5] == ("py", "manage.py", "db_worker", "--backend", "jobs")
