"""What machines ask, and the mailbox of the demonstration."""

from django.urls import path

from operations import views

urlpatterns = [
    path("health/live", views.health_live, name="health_live"),
    path("health/ready", views.health_ready, name="health_ready"),
    path("metrics", views.metrics, name="metrics"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("demo/mail/", views.demo_mail, name="demo_mail"),
    path("demo/mail/<slug:key>/", views.demo_message, name="demo_message"),
]
