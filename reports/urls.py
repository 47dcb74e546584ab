from django.urls import path

from reports import views

urlpatterns = [
    path("", views.reports, name="reports"),
    path("attendance/", views.agency_report, name="agency_report"),
    path("results/", views.agency_results, name="agency_results"),
    path("items/", views.item_analyses, name="item_analyses"),
    path("items/<str:code>/", views.item_analysis, name="item_analysis"),
    path("<slug:name>/", views.report, name="report"),
]
