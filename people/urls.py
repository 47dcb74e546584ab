"""Addresses of people, agencies and the own account."""

from django.conf import settings
from django.urls import path

from people import views
from people.views import (
    agencies,
    duplicates,
    lists,
    own_account,
    privacy,
    roles,
    sights,
    trail,
    transfers,
    viewing,
)

urlpatterns = [
    path("agencies/", agencies.agencies, name="agencies"),
    path("agencies/new/", agencies.agency_new, name="agency_new"),
    path("agencies/<str:code>/", agencies.agency, name="agency"),
    path("agencies/<str:code>/edit/", agencies.agency_edit, name="agency_edit"),
    path("agencies/<str:code>/coordinators/new/", roles.coordinator_new, name="coordinator_new"),
    path("agencies/<str:code>/change/<str:kind>/", agencies.agency_change, name="agency_change"),
    path("people/lists/", lists.people_lists_page, name="people_lists"),
    path("people/lists/new/", lists.people_list_new, name="people_list_new"),
    path("people/lists/export/", lists.people_export, name="people_export"),
    path("people/lists/template/<str:language>/", lists.people_list_template, name="people_list_template"),
    path("people/lists/<int:pk>/", lists.people_list, name="people_list"),
    path("people/lists/<int:pk>/file/", lists.people_list_file, name="people_list_file"),
    path("people/doubles/", duplicates.doubles, name="doubles"),
    path("people/doubles/not-the-same/", duplicates.not_the_same, name="not_the_same"),
    path("people/doubles/<str:stays>/<str:goes>/", duplicates.double, name="double"),
    path("people/merges/", duplicates.merges, name="merges"),
    path("people/merges/<int:pk>/", duplicates.merge, name="merge"),
    path("people/transfers/", transfers.transfers, name="transfers"),
    path("people/transfers/new/", transfers.transfer_new, name="transfer_new"),
    path("people/transfers/<int:pk>/", transfers.transfer, name="transfer"),
    path("people/roles/", roles.roles, name="roles"),
    path("people/roles/new/", roles.role_new, name="role_new"),
    path("people/roles/<int:pk>/end/", roles.role_end, name="role_end"),
    path("people/<str:code>/who-sees/", sights.who_sees_person, name="who_sees_person"),
    path("account/", own_account.own_account, name="own_account"),
    path("account/language/", own_account.own_language, name="own_language"),
    path("account/messages/", own_account.own_messages, name="own_messages"),
    path("account/messages/stop/<str:token>/", own_account.messages_stop, name="messages_stop"),
    path("account/display/", own_account.own_display, name="own_display"),
    path("account/who-sees-me/", sights.who_sees_me, name="who_sees_me"),
    path("account/sessions/<int:pk>/end/", views.session_end, name="session_end"),
    path("account/privacy/", privacy.privacy_notice, name="privacy_notice"),
    path("account/data/", privacy.own_data, name="own_data"),
    path("account/data/file/<str:kind>/", privacy.own_data_file, name="own_data_file"),
    path("account/data/ask/<str:kind>/", privacy.data_request_new, name="data_request_new"),
    path("account/data/requests/<int:pk>/take-back/", privacy.data_request_take_back, name="data_request_take_back"),
    path("account/consents/", privacy.consents, name="consents"),
    path("account/who-looked/", trail.own_trail, name="own_trail"),
    path("people/data-requests/", privacy.data_requests, name="data_requests"),
    path("people/data-requests/<int:pk>/", privacy.data_request, name="data_request"),
    path("people/trail/", trail.trail, name="trail"),
    path("people/sign-in/", views.sign_in_search, name="sign_in_search"),
    path("people/<str:code>/sign-in/", views.person_sign_in, name="person_sign_in"),
    path("people/<str:code>/view-as/", viewing.view_as, name="view_as"),
    path("people/view-as/stop/", viewing.view_as_stop, name="view_as_stop"),
    path("account/join/", views.join, name="join"),
    path("account/join/code/", views.join_code, name="join_code"),
    path("account/join/who/", views.join_who, name="join_who"),
    path("account/join/withdraw/", views.join_withdraw, name="join_withdraw"),
    path("account/invitation/<str:secret>/", views.join_invitation, name="join_invitation"),
    path("people/joining/", views.join_requests, name="join_requests"),
    path("people/joining/<int:pk>/", views.join_request, name="join_request"),
    path("people/invitations/", views.invitations, name="people_invitations"),
    path("people/invitations/new/", views.invitation_new, name="people_invitation_new"),
    path("people/invitations/list/", views.invitation_list, name="people_invitation_list"),
    path("people/invitations/participants/", views.invitation_participants, name="people_invitation_participants"),
    path("people/invitations/<int:pk>/resend/", views.invitation_resend, name="people_invitation_resend"),
    path("people/invitations/<int:pk>/withdraw/", views.invitation_withdraw, name="people_invitation_withdraw"),
]

if settings.OIDC_SERVERS:
    from people.views import ministries

    # Under the names and the addresses of allauth, whose pages link there.
    urlpatterns += [
        path("account/oidc/<str:provider_id>/login/", ministries.ministry_login, name="openid_connect_login"),
        path(
            "account/oidc/<str:provider_id>/login/callback/",
            ministries.ministry_callback,
            name="openid_connect_callback",
        ),
    ]

if settings.SAML_SERVERS:
    from people.views import saml

    urlpatterns += [
        path(f"account/saml/<str:organization_slug>/{address}", view, name=view.__name__)
        for address, view in (
            ("login/", saml.saml_login),
            ("acs/", saml.saml_acs),
            ("acs/finish/", saml.saml_finish_acs),
            ("metadata/", saml.saml_metadata),
            ("sls/", saml.saml_sls),
        )
    ]
