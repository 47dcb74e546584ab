"""Figures in templates."""

from django import template

from reports.wording import per_cent, rounded, rounded_per_cent

register = template.Library()
register.filter("per_cent", per_cent)
register.filter("rounded", rounded)
register.filter("rounded_per_cent", rounded_per_cent)
