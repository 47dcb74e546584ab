"""Two sets of addresses: the holder's pages under a language, and what is printed on paper, which has none."""

from django.urls import path

from certificates.views import holder
from certificates.views import verification as verifying

urlpatterns = [
    path("", holder.my_certificates, name="my_certificates"),
    path("<str:code>/", holder.certificate, name="certificate"),
    path("<str:code>/pdf/", holder.certificate_pdf, name="certificate_pdf"),
    path("<str:code>/change/<str:step>/", holder.certificate_change, name="certificate_change"),
]

verification = [
    path("", verifying.verify_search, name="verify_search"),
    path("<str:code>", verifying.verify, name="verify"),
]
