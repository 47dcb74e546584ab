"""The tag `extends`: what Django's own says, however often a page is made."""

import pytest
from django.template import Context, Engine

TEMPLATES = {
    "base.html": "{% block title %}Academy{% endblock %}: {% if 1 %}{% block content %}-{% endblock %}{% endif %}",
    "section.html": '{% extends "base.html" %}{% block content %}[{% block part %}{% endblock %}]{% endblock %}',
    "page.html": '{% extends "section.html" %}{% block title %}{{ name }} {{ block.super }}{% endblock %}'
    "{% block part %}{{ name }}{% endblock %}",
    "other.html": '{% extends "section.html" %}{% block content %}{{ name }}{% endblock %}',
}
LOADERS = [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", TEMPLATES)])]


@pytest.mark.parametrize("page", ["page.html", "other.html", "section.html"])
def test_pages_are_as_django_makes_them(page):
    own = Engine(loaders=LOADERS, builtins=["core.templatetags.layout"])
    django = Engine(loaders=LOADERS)

    said = [own.get_template(each).render(Context({"name": each})) for each in (*TEMPLATES, page, page)]

    assert said[-2:] == [django.get_template(page).render(Context({"name": page}))] * 2
    assert said == [django.get_template(each).render(Context({"name": each})) for each in (*TEMPLATES, page, page)]
