from django.urls import path

from reports import views

urlpatterns = [
    path("", views.reports, name="reports"),
    path("attendance/", views.agency_report, name="agency_report"),
    path("results/", views.agency_results, name="agency_results"),
    path("files/", views.report_files, name="report_files"),
    path("files/new/", views.report_file_new, name="report_file_new"),
    path("files/<int:pk>/", views.report_file, name="report_file"),
    path("files/<int:pk>/download/", views.report_file_download, name="report_file_download"),
    path("frozen/", views.frozen_reports, name="frozen_reports"),
    path("frozen/monthly/", views.monthly_mail, name="monthly_mail"),
    path("frozen/verify/", views.verify_frozen, name="verify_frozen"),
    path("frozen/<str:number>/", views.frozen_report, name="frozen_report"),
    path("frozen/<str:number>/correct/", views.correct_frozen, name="correct_frozen"),
    path("frozen/<str:number>/<slug:language>.<slug:kind>", views.frozen_file, name="frozen_file"),
    path("<slug:name>/freeze/", views.freeze_report, name="freeze_report"),
    path("<slug:name>/", views.report, name="report"),
]
