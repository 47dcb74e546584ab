"""Entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from core.shared_pages import SharedPages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = SharedPages(get_wsgi_application())
