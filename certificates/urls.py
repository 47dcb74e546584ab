"""Two sets of addresses: the holder's pages under a language, and what is printed on paper, which has none."""

from django.urls import path

from certificates import views

urlpatterns = [
    path("", views.my_certificates, name="my_certificates"),
    path("<str:code>/", views.certificate, name="certificate"),
    path("<str:code>/pdf/", views.certificate_pdf, name="certificate_pdf"),
    path("<str:code>/change/<str:step>/", views.certificate_change, name="certificate_change"),
]

verification = [
    path("", views.verify_search, name="verify_search"),
    path("<str:code>", views.verify, name="verify"),
]
