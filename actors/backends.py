"""Who a session's person is, read at each request with their roles and places in one query."""

from allauth.account.auth_backends import AuthenticationBackend

from actors.models import User


class PersonBackend(AuthenticationBackend):
    """allauth's back end, whose people know at once what every page asks of them."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person, rights included; nobody when the account is gone or inactive."""
        user = User.objects.with_rights(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
