from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class ActorsConfig(AppConfig):
    name = "actors"
    verbose_name = "Acteurs et territoire"

    def ready(self):
        """Note in each session when it began; models are there by now."""
        from actors.sign_in import note_sign_in  # noqa: PLC0415

        user_logged_in.connect(note_sign_in, dispatch_uid="actors.note_sign_in")
