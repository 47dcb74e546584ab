from django.urls import path

from home import views

urlpatterns = [
    path("", views.front, name="front"),
    path("my/", views.my_learning, name="my_learning"),
    path("my/calendar/", views.calendar, name="my_calendar"),
    path("my/transcript/", views.transcript, name="transcript"),
    path("my/transcript/file/", views.transcript_file, name="transcript_file"),
    path("problem/", views.problem, name="problem"),
    path("search/", views.search, name="search"),
    path("glossary/", views.glossary, name="glossary"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("offline/", views.offline, name="offline"),
]
