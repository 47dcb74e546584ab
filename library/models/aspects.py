"""The four aspects and the goals that content touches."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Aspect(models.TextChoices):
    """The four perspectives on migration and health; each has a colour, a shape and a word."""

    LEGAL = "legal", _("legal")
    SOCIAL = "social", _("social")
    ECONOMIC = "economic", _("economic")
    CULTURAL = "cultural", _("cultural")


class Goal(models.TextChoices):
    """Sustainable Development Goals that migration and health touch, by their number (A/RES/70/1)."""

    POVERTY = "1", _("SDG 1: No poverty")
    HEALTH = "3", _("SDG 3: Good health and well-being")
    EDUCATION = "4", _("SDG 4: Quality education")
    GENDER = "5", _("SDG 5: Gender equality")
    WORK = "8", _("SDG 8: Decent work and economic growth")
    INEQUALITY = "10", _("SDG 10: Reduced inequalities")
    CITIES = "11", _("SDG 11: Sustainable cities and communities")
    INSTITUTIONS = "16", _("SDG 16: Peace, justice and strong institutions")
    PARTNERSHIP = "17", _("SDG 17: Partnerships for the goals")
