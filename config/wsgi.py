"""Entry point of the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from core.shared_pages import SharedPages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

# Whatever is loaded here stays: nobody need look for garbage among it, neither now nor later.
gc.disable()
_django = get_wsgi_application()
# Whoever is told of a page knows tables, and there are none before Django is set up.
from operations.middleware import note_shared_page  # noqa: E402

application = SharedPages(_django, told=note_shared_page)

# All addresses and their views now, instead of while the first visitor waits.
get_resolver().url_patterns  # noqa: B018 - it is loaded when it is looked at
gc.collect()
gc.freeze()
gc.enable()
