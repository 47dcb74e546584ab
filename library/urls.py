from django.urls import path

from library import views

urlpatterns = [
    path("", views.resources, name="resources"),
    path("<slug:slug>/", views.resource, name="resource"),
]
