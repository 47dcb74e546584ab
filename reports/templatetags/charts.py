"""Charts in templates."""

from django import template

from reports.charts import Chart

register = template.Library()


@register.inclusion_tag("components/chart.html")
def chart(chart: Chart) -> dict[str, Chart]:
    """Draw a chart with its words, its key and the table of its figures."""
    return {"chart": chart}
