from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "actions"
    verbose_name = "Actions"

    def ready(self):
        from actions.proposals.services.twins import leave_files  # noqa: PLC0415 - models first
        from actors.services.claims import not_a_member  # noqa: PLC0415

        not_a_member.connect(leave_files)
