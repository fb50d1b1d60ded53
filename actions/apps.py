from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "actions"
    verbose_name = "Actions"

    def ready(self):
        from actions.proposals.services.departures import (  # noqa: PLC0415 - models first
            leave_files,
            withdraw_their_invitations,
        )
        from actors.services.belonging import manages_no_more, not_a_member  # noqa: PLC0415

        not_a_member.connect(leave_files)
        manages_no_more.connect(withdraw_their_invitations)
