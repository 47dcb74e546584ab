"""Figures in templates."""

from django import template

from reports.wording import per_cent

register = template.Library()
register.filter("per_cent", per_cent)
