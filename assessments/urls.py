from django.urls import path

from assessments import views

# A text names a picture whatever the language of the page; `question_types.texts.PICTURES` is this address.
pictures = [path("<int:pk>/", views.question_picture, name="question_picture")]

urlpatterns = [
    path("practice/<str:code>/", views.practice, name="practice"),
    path("<int:pk>/", views.attempt, name="attempt"),
    path("<int:pk>/save/", views.attempt_save, name="attempt_save"),
    path("<int:pk>/review/", views.attempt_review, name="attempt_review"),
    path("<int:pk>/hand-in/", views.attempt_submit, name="attempt_submit"),
    path("<int:pk>/result/", views.attempt_result, name="attempt_result"),
    path("<int:pk>/ask-again/<int:position>/", views.attempt_ask_again, name="attempt_ask_again"),
]
