from django.urls import path

from courses import views

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("<str:code>/", views.module, name="module"),
    path("<str:code>/enrol/", views.enrol, name="enrol"),
    path("<str:code>/leave/", views.leave, name="leave_module"),
    path("<str:code>/test/", views.final_test, name="final_test"),
    path("<str:code>/<str:lesson_code>/", views.lesson, name="lesson"),
    path("<str:code>/<str:lesson_code>/done/", views.lesson_done, name="lesson_done"),
    path("<str:code>/<str:lesson_code>/place/", views.lesson_place, name="lesson_place"),
]
