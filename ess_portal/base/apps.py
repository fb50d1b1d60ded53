"""The floor, and which static files are worth collecting."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class BaseConfig(AppConfig):
    """The floor every app stands on."""

    name = "ess_portal.base"
    label = "base"
    verbose_name = "Socle"
    default = True


class PortalStaticFilesConfig(StaticFilesConfig):
    """Collect what pages use: of Bootstrap, one stylesheet; no source maps."""

    ignore_patterns = (
        *StaticFilesConfig.ignore_patterns,
        "*.map",
        "bootstrap.css",
        "bootstrap.rtl*",
        "bootstrap-*.css",
        "bootstrap*.js",
    )
    default = False
