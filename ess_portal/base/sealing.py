"""Texts that the database keeps and that a copy of it doesn't give away."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

__all__ = ["InvalidToken", "seal", "unseal"]


def seal(text: str) -> str:
    """Return `text` encrypted with a key made of `SECRET_KEY`, for `unseal`."""
    return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the text that `seal` was given, under today's `SECRET_KEY` or a former one
    (`SECRET_KEY_FALLBACKS`). Raises `InvalidToken` when it was sealed by none of them.
    """
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([_fernet(key) for key in keys]).decrypt(sealed.encode()).decode()


@lru_cache
def _fernet(secret_key: str) -> Fernet:
    key = hashlib.sha256(b"ess_portal.base.sealing" + secret_key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
