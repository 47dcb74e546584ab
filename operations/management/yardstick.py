"""A web server's application of one bare view with a session and one query: what everything else is measured by."""

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

get_wsgi_application()

from people.models import Agency  # noqa: E402 - models are there after it


def bare(request: HttpRequest) -> HttpResponse:
    """Read the session, ask the database one thing."""
    known = request.session.get("anything")
    return HttpResponse(f"{known} {Agency.objects.filter(pk=1).exists()}\n", content_type="text/plain; charset=utf-8")


urlpatterns = [path("", bare), path("health/live", bare)]
settings.MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
settings.ROOT_URLCONF = __name__
application = WSGIHandler()
