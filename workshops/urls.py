from django.urls import path

from workshops import views

urlpatterns = [
    path("", views.workshops, name="workshops"),
    path("new/", views.workshop_new, name="workshop_new"),
    path("evaluation/<str:token>/", views.evaluation_answer, name="evaluation_answer"),
    path("<str:code>/", views.workshop, name="workshop"),
    path("<str:code>/test/<str:phase>/", views.phase_test, name="phase_test"),
    path("<str:code>/test/<str:phase>/switch/", views.phase_switch, name="phase_switch"),
    path("<str:code>/manage/", views.workshop_manage, name="workshop_manage"),
    path("<str:code>/edit/", views.workshop_edit, name="workshop_edit"),
    path("<str:code>/publish/", views.workshop_publish, name="workshop_publish"),
    path("<str:code>/stop/", views.workshop_stop, name="workshop_stop"),
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
    path("<str:code>/sessions/<int:number>/edit/", views.session_edit, name="session_edit"),
    path("<str:code>/sessions/<int:number>/remove/", views.session_remove, name="session_remove"),
    path("<str:code>/sessions/<int:number>/register/", views.register, name="register"),
    path("<str:code>/sessions/<int:number>/register/mark/", views.register_mark, name="register_mark"),
    path("<str:code>/sessions/<int:number>/register/all/", views.register_all_present, name="register_all_present"),
    path("<str:code>/sessions/<int:number>/register/walk-in/", views.walk_in, name="walk_in"),
    path("<str:code>/sessions/<int:number>/register/sign/", views.sign_off, name="sign_off"),
    path(
        "<str:code>/sessions/<int:number>/register/<str:person>/correct/", views.record_correct, name="record_correct"
    ),
]
