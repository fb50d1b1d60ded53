"""Open sessions: whose they are, so that a person sees theirs and ends them.

This module is also the engine that settings name (`SESSION_ENGINE`): Django's own, kept in a table
that knows the person.
"""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from actors.models.user import User
from ess_portal.base.dated import dated


class Session(AbstractBaseSession):
    """A browser that is signed in, or that only holds a form's token."""

    # No constraint: the store writes a session again after its person was deleted.
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        editable=False,
        related_name="sessions",
        verbose_name="personne",
    )

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "session ouverte"
        verbose_name_plural = "sessions ouvertes"
        constraints = (dated("actors_session", instants=("expire_date",)),)

    @classmethod
    def get_session_store_class(cls):
        """The store that reads and writes these rows."""
        return SessionStore


class SessionStore(DatabaseStore):
    """Django's store, which notes whose each session is."""

    @classmethod
    def get_model_class(cls):
        """Our table in place of Django's."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Note the person in a column, beside what is encoded."""
        session = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        return session
