"""One mailbox, one address: the form under which accounts, invitations and limits are kept.

Mail to « bob@demo.ｅxample » comes where mail to « bob@demo.example » does: kept apart they
would be two accounts of one reader, and two counts of one limit.
"""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST_ADDRESS = 254


def mailbox(address: str) -> str:
    """Return the one form of `address`: lower case, and the ASCII name of its domain (IDNA).

    The same reading of a domain as Django's, which sends the mails. Raises `ValidationError`, in
    the words of any form, when it is no address, its domain has no such name, or it quotes,
    encodes or addresses a machine (`"a b"@…`, `=?utf-8?q?a?=@…`, `…@[::1]`), which would be other
    ways to write one mailbox, or would end a line of a mail's headers.
    """
    typed = address.strip()
    typed = unicodedata.normalize("NFKC", typed) if len(typed) <= LONGEST_ADDRESS else ""
    reader, _, domain = typed.rpartition("@")
    try:
        name = domain.encode("idna").decode("ascii").lower()
        # What claims to be encoded must be.
        name.encode("ascii").decode("idna")
    except UnicodeError:
        name = ""
    found = f"{reader}@{name}".lower()
    if '"' in reader or "=?" in reader or "[" in name or len(found) > LONGEST_ADDRESS:
        found = ""
    validate_email(found)
    return found


def mailbox_key(address: str) -> str:
    """Return what limits and look-ups know `address` by; what is no address stays, in lower case.

    For what counts or searches: it refuses nothing.
    """
    try:
        return mailbox(address)
    except ValidationError:
        return address.strip().lower()


def folded(address: str) -> str:
    """Return what the column `email` of a row is to hold for `address`.

    What is no address at all stays: its field says so. Raises `ValidationError` about `email` when
    the field takes it, and it is none all the same.
    """
    try:
        return mailbox(address)
    except ValidationError as error:
        try:
            validate_email(address)
        except ValidationError:
            return address.lower()
        raise ValidationError({"email": error}) from error
