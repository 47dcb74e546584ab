"""What pages are weighed with: a web server for a while, and plain requests."""

import pytest

from operations.browsing import BrowsingError, fetch
from operations.management.web import server


def test_the_server_is_the_one_that_serve_starts_and_ends_with_the_measuring():
    with server() as site:
        alive = fetch(f"{site}/health/live", {})
        page = fetch(f"{site}/en/offline/", {})
        with pytest.raises(BrowsingError, match="instead of 200"):
            fetch(f"{site}/health/nothing", {})

    assert (alive.text, alive.cache_control) == (
        "ok\n",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    # The page came compressed, and is counted as it came.
    assert len(page.text) > page.size > 500
    with pytest.raises(BrowsingError, match="does not answer"):
        fetch(f"{site}/health/live", {})
