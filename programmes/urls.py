from django.urls import path

from programmes import views

urlpatterns = [
    path("", views.programmes, name="programmes"),
    path("new/", views.programme_new, name="programme_new"),
    path("<str:code>/", views.programme, name="programme"),
    path("<str:code>/plan/", views.programme_plan, name="programme_plan"),
    path("<str:code>/plan/about/", views.programme_about, name="programme_about"),
    path("<str:code>/plan/<slug:part>/new/", views.programme_part_new, name="programme_part_new"),
    path("<str:code>/plan/<slug:part>/<int:pk>/", views.programme_part, name="programme_part"),
    path("<str:code>/plan/<slug:part>/<int:pk>/remove/", views.programme_part_remove, name="programme_part_remove"),
    path("<str:code>/indicators/<str:number>/", views.indicator, name="indicator"),
    path("<str:code>/indicators/<str:number>/targets/", views.indicator_targets, name="indicator_targets"),
    path(
        "<str:code>/indicators/<str:number>/values/<int:value>/correct/",
        views.indicator_correct,
        name="indicator_correct",
    ),
]
