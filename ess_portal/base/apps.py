from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "ess_portal.base"
    label = "base"
    verbose_name = "Socle"
