"""Addresses that a person may follow from a document: the web, a mailbox, a place in itself."""

import re
from html import unescape
from urllib.parse import unquote

from ess_portal.base.files.refusal import AGAIN, UnfitFile

LINK = UnfitFile(
    "contient un lien vers autre chose qu’une page web ou une adresse de courriel",
    f"Retirez ce lien ou enregistrez-le en PDF, et {AGAIN}",
)
# Nothing that a system would read as a share of a network, nor what readers leave out silently.
WEB_OR_MAIL = re.compile(r"(?:https?|mailto):[^\\\x00-\x1f\x7f]*", re.IGNORECASE)
# What a mailbox's address may fill in. Some mailers send a file of the reader's along when asked
# ("attach", "attachment"), or write it into the text ("insert").
FILLED_IN = frozenset(
    ("to", "cc", "bcc", "subject", "body", "reply-to", "in-reply-to", "references", "keywords")
)
TAKES_ALONG = re.compile(r"attach(?:ments?|s)?|insert", re.IGNORECASE)
PARAMETERS = re.compile(r"[?&;]")
# As often as letters may be written by their numbers, one writing upon another.
MOST_WRITINGS = 4
# Stands for what is known only when the document is open: the result of a field.
PUT_IN = "\ufffc"
INSIDE = re.compile(r"#[^\\\x00-\x1f\x7f]*")
# "www.exemple.org/page", as people type it. A program's name looks like a host too: the last word
# is a country's, or one of a few.
HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<last>[a-z]{2,})(?::\d{1,5})?"
    r"(?:[/?#][^\\\x00-\x1f\x7f]*)?",
    re.IGNORECASE,
)
LAST_WORDS = frozenset(
    ("alsace", "asso", "bzh", "coop", "corsica", "edu", "example", "gouv", "info", "net", "org")
)
COUNTRY = 2
# Countries whose letters end the names of programs too.
PROGRAMS = frozenset(("cs", "js", "pl", "ps", "py", "rb", "sh", "so", "vb", "ws"))
# On the very machine, and not on one that its name would lead to.
OF_THIS_MACHINE = re.compile(
    r"(?:file:///(?=[^/])|\$\((?:inst|user|share|prog|brandbaseurl)\)|(?=[^/:]*(?:/|$)))"
    r"[^\\\x00-\x1f\x7f]*",
    re.IGNORECASE,
)


def is_web_or_mail(address: str) -> bool:
    """Tell whether an address says itself that it is of the web or a mailbox, and takes no file of
    the reader's along.
    """
    said = address.strip()
    if WEB_OR_MAIL.fullmatch(said) is None:
        return False
    return not is_mail(said) or not (PUT_IN in said or _takes_a_file_along(said))


def is_mail(address: str) -> bool:
    """Tell whether an address is a mailbox's."""
    return address.lstrip().casefold().startswith("mailto:")


def _takes_a_file_along(address: str) -> bool:
    """Tell whether a mailbox's address asks for more than a mail's lines.

    Names are read however their letters are written: "%61ttach", "&amp;attach", ";attach".
    """
    for piece in PARAMETERS.split(address.partition("?")[2]):
        name, is_given, _ = piece.partition("=")
        if is_given and unquote(name).strip().casefold() not in FILLED_IN:
            return True
    said = address
    for _ in range(MOST_WRITINGS):
        names = (piece.partition("=")[0].strip() for piece in PARAMETERS.split(said)[1:])
        if any(TAKES_ALONG.fullmatch(name) for name in names):
            return True
        said = unescape(unquote(said))
    return False


def may_be_clicked(address: str) -> bool:
    """Tell whether a click leads to the web, to a mailbox, within the document, or nowhere."""
    found = address.strip()
    return not found or is_web_or_mail(found) or INSIDE.fullmatch(found) is not None


def is_host(address: str) -> bool:
    """Tell whether an address without scheme is a host of the web, with or without a path."""
    found = HOST.fullmatch(address.strip())
    if found is None or ".." in unquote(address):
        return False
    last = found["last"].casefold()
    if last == "com":
        # So ended programs, long ago.
        return address.strip().casefold().startswith("www.") and address.count(".") > 1
    return last in LAST_WORDS or (len(last) == COUNTRY and last not in PROGRAMS)


def is_of_this_machine(address: str) -> bool:
    """Tell whether a path leads to the reader's own disk: no server is asked for it."""
    said = unquote(address.strip())
    after = said.casefold().removeprefix("file:///")
    return "//" not in after and OF_THIS_MACHINE.fullmatch(said) is not None
