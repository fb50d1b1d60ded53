from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "ess_portal.pages"
    label = "pages"
    verbose_name = "Pages"
