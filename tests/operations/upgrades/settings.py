"""Settings of a release that has an app more, whose migrations go as the test wants: `UPGRADE_APP` names it."""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import INSTALLED_APPS, env

INSTALLED_APPS = [*INSTALLED_APPS, f"tests.operations.upgrades.{env.str('UPGRADE_APP')}"]
