"""The site and an address that nobody has entered in the matrix."""

from django.urls import path

from config.urls import urlpatterns as site
from home.views import glossary

urlpatterns = [*site, path("new/", glossary, name="new_address")]
