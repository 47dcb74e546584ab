"""Days in templates."""

from django import template

from core import periods

register = template.Library()

register.simple_tag(periods.period, name="period")
