"""Two sets of addresses: the holder's pages under a language, and what is printed on paper, which has none."""

from django.urls import path

from certificates.views import agency, credentials, holder, names, papers, privacy, runs
from certificates.views import keys as publishing
from certificates.views import verification as verifying

urlpatterns = [
    path("", holder.my_certificates, name="my_certificates"),
    path("names/", names.certificate_names, name="certificate_names"),
    # Longer words than any code: a certificate is never hidden by them.
    path("our-people/", agency.agency_certificates, name="agency_certificates"),
    path("issued-on-paper/", papers.papers, name="papers"),
    path("issued-on-paper/new/", papers.papers_new, name="papers_new"),
    path("issued-on-paper/<int:pk>/", papers.papers_batch, name="papers_batch"),
    path("issued-on-paper/template/<str:language>/", papers.papers_template, name="papers_template"),
    path("many-at-once/", runs.runs, name="runs"),
    path("many-at-once/new/", runs.run_new, name="run_new"),
    path("many-at-once/<int:pk>/", runs.run, name="run"),
    path("<str:code>/", holder.certificate, name="certificate"),
    path("transcript.json", credentials.my_transcript, name="my_transcript"),
    path(
        "<str:code>/credential.json",
        credentials.certificate_credential,
        {"form": "json"},
        name="certificate_credential",
    ),
    path("<str:code>/credential.png", credentials.certificate_credential, {"form": "png"}, name="credential_png"),
    path("<str:code>/credential.svg", credentials.certificate_credential, {"form": "svg"}, name="credential_svg"),
    path("<str:code>/pdf/", holder.certificate_pdf, name="certificate_pdf"),
    path("<str:code>/privacy/", privacy.certificate_privacy, name="certificate_privacy"),
    path("<str:code>/change/<str:step>/", holder.certificate_change, name="certificate_change"),
]

verification = [
    path("", verifying.verify_search, name="verify_search"),
    # Shorter than any code.
    path("offline", verifying.verify_offline, name="verify_offline"),
    path("<str:code>", verifying.verify, name="verify"),
]

# What credentials name and machines look up, for ever under the same addresses.
machines = [
    path(".well-known/did.json", credentials.did, name="did"),
    path("credentials/contexts/<str:name>", credentials.context, name="credential_context"),
    path("credentials/status/<int:number>", credentials.status_of_credentials, name="credential_status"),
]

# What the certificates of signers name, for as long as they are checked.
public_keys = [
    path("ca.pem", publishing.roots, name="root_certificates"),
    path("ca.crl", publishing.revocations, name="revoked_certificates"),
    path("<str:root>.crl", publishing.revocations, name="revoked_below_a_root"),
]
