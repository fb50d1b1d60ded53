from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "ess_portal.dashboards"
    label = "dashboards"
    verbose_name = "Tableaux de bord"
