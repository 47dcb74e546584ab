from django.urls import path

from workshops import views

urlpatterns = [
    path("", views.workshops, name="workshops"),
    path("new/", views.workshop_new, name="workshop_new"),
    path("offline/", views.offline_registers, name="offline_registers"),
    path("offline/manifest.webmanifest", views.offline_manifest, name="offline_manifest"),
    path("evaluation/<str:token>/", views.evaluation_answer, name="evaluation_answer"),
    path("check-in/", views.check_in, name="check_in"),
    path("check-in/badge/<str:pass_code>/", views.badge, name="badge"),
    path("check-in/<str:token>/", views.check_in_here, name="check_in_here"),
    path("requests/", views.workshop_requests, name="workshop_requests"),
    path("requests/new/", views.workshop_request_new, name="workshop_request_new"),
    path("requests/<int:pk>/", views.workshop_request, name="workshop_request"),
    path("requests/<int:pk>/decline/", views.workshop_request_decline, name="workshop_request_decline"),
    path("requests/<int:pk>/take-back/", views.workshop_request_take_back, name="workshop_request_take_back"),
    path("rooms/", views.rooms, name="rooms"),
    path("rooms/new/", views.room_new, name="room_new"),
    path("rooms/<int:pk>/", views.room_edit, name="room_edit"),
    path("rooms/<int:pk>/remove/", views.room_remove, name="room_remove"),
    path("calendar/", views.workshop_calendar, name="workshop_calendar"),
    path("calendar/feeds/", views.calendar_feeds, name="calendar_feeds"),
    path("calendar/feeds/<str:kind>/make/", views.calendar_feed_make, name="calendar_feed_make"),
    path("calendar/feeds/<str:kind>/revoke/", views.calendar_feed_revoke, name="calendar_feed_revoke"),
    path("<str:code>/", views.workshop, name="workshop"),
    path("<str:code>/test/<str:phase>/", views.phase_test, name="phase_test"),
    path("<str:code>/test/<str:phase>/switch/", views.phase_switch, name="phase_switch"),
    path("<str:code>/manage/", views.workshop_manage, name="workshop_manage"),
    path("<str:code>/edit/", views.workshop_edit, name="workshop_edit"),
    path("<str:code>/publish/", views.workshop_publish, name="workshop_publish"),
    path("<str:code>/stop/", views.workshop_stop, name="workshop_stop"),
    path("<str:code>/shift/", views.workshop_shift, name="workshop_shift"),
    path("<str:code>/copy/", views.workshop_copy, name="workshop_copy"),
    path("<str:code>/facilitation/", views.facilitation, name="facilitation"),
    path("<str:code>/facilitators/add/", views.facilitator_add, name="facilitator_add"),
    path("<str:code>/facilitators/<str:person>/remove/", views.facilitator_remove, name="facilitator_remove"),
    path("<str:code>/seats/", views.seats, name="seats"),
    path("<str:code>/participants/", views.participants, name="participants"),
    path("<str:code>/participants/add/", views.participant_add, name="participant_add"),
    path("<str:code>/participants/import/", views.roster_import, name="roster_import"),
    path("<str:code>/participants/<str:person>/withdraw/", views.registration_withdraw, name="registration_withdraw"),
    path("<str:code>/messages/", views.workshop_messages, name="workshop_messages"),
    path("<str:code>/messages/write/", views.message_write, name="message_write"),
    path("<str:code>/messages/<int:message>/", views.workshop_message, name="workshop_message"),
    path("<str:code>/messages/<int:message>/send/", views.message_send, name="message_send"),
    path("<str:code>/messages/<int:message>/stop/", views.message_stop, name="message_stop"),
    path("<str:code>/threshold/", views.threshold, name="threshold"),
    path("<str:code>/evaluation/", views.evaluation, name="evaluation"),
    path("<str:code>/evaluation/<str:kind>/", views.evaluation_form, name="evaluation_form"),
    path("<str:code>/evaluation/<str:kind>/review/", views.evaluation_review, name="evaluation_review"),
    path("<str:code>/sessions/new/", views.session_new, name="session_new"),
    path("<str:code>/sessions/<int:number>/calendar.ics", views.session_calendar, name="session_calendar"),
    path("<str:code>/sessions/<int:number>/edit/", views.session_edit, name="session_edit"),
    path("<str:code>/sessions/<int:number>/repeat/", views.session_repeat, name="session_repeat"),
    path("<str:code>/sessions/<int:number>/remove/", views.session_remove, name="session_remove"),
    path("<str:code>/sessions/<int:number>/check-in/", views.check_in_screen, name="check_in_screen"),
    path("<str:code>/sessions/<int:number>/online/", views.online_logs, name="online_logs"),
    path("<str:code>/sessions/<int:number>/online/<int:log>/", views.online_log, name="online_log"),
    path("<str:code>/offline/", views.offline_register, name="offline_register"),
    path("<str:code>/offline/roster/", views.offline_roster, name="offline_roster"),
    path("<str:code>/sessions/<int:number>/register/", views.register, name="register"),
    path("<str:code>/sessions/<int:number>/register/mark/", views.register_mark, name="register_mark"),
    path("<str:code>/sessions/<int:number>/register/all/", views.register_all_present, name="register_all_present"),
    path("<str:code>/sessions/<int:number>/register/walk-in/", views.walk_in, name="walk_in"),
    path("<str:code>/sessions/<int:number>/register/sign/", views.sign_off, name="sign_off"),
    path(
        "<str:code>/sessions/<int:number>/register/<str:person>/correct/", views.record_correct, name="record_correct"
    ),
]

# What a screen and badges show: as short as they can be, and without a language.
check_in_doors = [
    path("", views.check_in_door, name="check_in_door"),
    path("<str:code>/", views.check_in_door, name="check_in_door"),
]
badge_doors = [path("<str:pass_code>/", views.badge_door, name="badge_door")]

# For calendar programs: without a language, and without signing in.
calendars = [path("feed/<str:token>.ics", views.calendar_feed, name="calendar_feed")]
