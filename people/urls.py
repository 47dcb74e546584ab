from django.urls import path

from people import views

urlpatterns = [
    path("account/sessions/<int:pk>/end/", views.session_end, name="session_end"),
    path("people/sign-in/", views.sign_in_search, name="sign_in_search"),
    path("people/<str:code>/sign-in/", views.person_sign_in, name="person_sign_in"),
]
