"""Addresses of modules and lessons, and of who has to learn what."""

from django.urls import path

from courses.views import assignments, discussion, learning, notes, offline, paths, taking_away

urlpatterns = [
    path("", learning.catalogue, name="catalogue"),
    path("<str:code>/", learning.module, name="module"),
    path("<str:code>/enrol/", learning.enrol, name="enrol"),
    path("<str:code>/leave/", learning.leave, name="leave_module"),
    path("<str:code>/test/", learning.final_test, name="final_test"),
    path("<str:code>/offline/", offline.module_copy, name="module_copy"),
    path("<str:code>/offline/pages/", offline.module_copies, name="module_copies"),
    path("<str:code>/whole/", taking_away.whole_module, name="whole_module"),
    path("<str:code>/take-away.<str:kind>", taking_away.module_file, name="module_file"),
    path("<str:code>/discussion/", discussion.discussion, name="discussion"),
    path("<str:code>/discussion/kept/", discussion.kept_answers, name="kept_answers"),
    path("<str:code>/discussion/<int:pk>/", discussion.question, name="discussion_question"),
    path("<str:code>/discussion/<int:pk>/take-back/", discussion.taking_back, name="discussion_take_back"),
    path("<str:code>/discussion/<int:pk>/complain/", discussion.complaint, name="discussion_complain"),
    path("<str:code>/discussion/<int:pk>/moderate/", discussion.moderation, name="discussion_moderate"),
    path("<str:code>/discussion/<int:pk>/keep/", discussion.keeping, name="discussion_keep"),
    path("<str:code>/<str:lesson_code>/", learning.lesson, name="lesson"),
    path("<str:code>/<str:lesson_code>/offline/", offline.lesson_copy, name="lesson_copy"),
    path("<str:code>/<str:lesson_code>/take-away.<str:kind>", taking_away.lesson_file, name="lesson_file"),
    path("<str:code>/<str:lesson_code>/done/", learning.lesson_done, name="lesson_done"),
    path("<str:code>/<str:lesson_code>/place/", learning.lesson_place, name="lesson_place"),
    path("<str:code>/<str:lesson_code>/notes/<uuid:place>/", notes.note, name="lesson_note"),
]

own = [
    path("notes/", notes.own_notes, name="own_notes"),
    path("offline/", offline.own_offline, name="own_offline"),
]

moderating = [path("", discussion.discussions, name="discussions")]

assigning = [
    path("", assignments.assignments, name="assignments"),
    path("new/", assignments.assignment_new, name="assignment_new"),
    path("paths/", paths.paths, name="paths"),
    path("paths/new/", paths.path_new, name="path_new"),
    path("paths/<str:code>/", paths.path_edit, name="path_edit"),
    path("paths/<str:code>/withdraw/", paths.path_withdraw, name="path_withdraw"),
    path("<int:pk>/", assignments.assignment, name="assignment"),
    path("<int:pk>/file/", assignments.assignment_file, name="assignment_file"),
    path("<int:pk>/withdraw/", assignments.assignment_withdraw, name="assignment_withdraw"),
    path("<int:pk>/exempt/<str:person>/", assignments.exemption_new, name="exemption_new"),
    path("<int:pk>/exemptions/<int:exemption>/withdraw/", assignments.exemption_withdraw, name="exemption_withdraw"),
]
