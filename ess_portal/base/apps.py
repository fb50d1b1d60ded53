"""The floor, and which static files are worth collecting."""

from django import forms
from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class BaseConfig(AppConfig):
    """The floor every app stands on."""

    name = "ess_portal.base"
    label = "base"
    verbose_name = "Courriels et accès"
    default = True

    def ready(self):
        """Let every text field of a form, ours or a library's, refuse what nobody can read, and
        every date field a year that nobody means.
        """
        from ess_portal.base.forms import (  # noqa: PLC0415 - apps come first
            validate_not_far_off,
            validate_readable,
        )

        forms.CharField.default_validators = [validate_readable]
        forms.URLField.default_validators = [*forms.URLField.default_validators, validate_readable]
        forms.DateField.default_validators = [validate_not_far_off]


class PortalStaticFilesConfig(StaticFilesConfig):
    """Collect what pages use: of htmx, one file; of Bootstrap, our share (css/bootstrap.css)."""

    ignore_patterns = (
        *StaticFilesConfig.ignore_patterns,
        "*.map",
        "js-lib-bootstrap5",
        "django_htmx/ext/*",
        "django-htmx.js",
        "htmax-*",
        "htmx-2.js",
        "htmx-4*",
    )
    default = False
