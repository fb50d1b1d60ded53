"""What a dictionary of a PDF would do by itself, or at a click."""

import pikepdf

from ess_portal.base.files.addresses import is_host, is_web_or_mail
from ess_portal.base.files.refusal import AGAIN, UnfitFile

PRINT_AGAIN = f"Imprimez-le vers un nouveau PDF et {AGAIN}"
ACTIVE = UnfitFile("contient du code ou une action automatique", PRINT_AGAIN)
ENCLOSING = UnfitFile(
    "contient d’autres fichiers ou une animation", f"Joignez-les à part\u00a0: {PRINT_AGAIN}"
)
INTERACTIVE = UnfitFile("contient un formulaire dynamique (XFA)", PRINT_AGAIN)
ELSEWHERE = UnfitFile("dépend de fichiers extérieurs", PRINT_AGAIN)
LINK = UnfitFile(
    "contient un lien vers autre chose qu’une page web ou une adresse de courriel",
    f"Retirez ce lien ou imprimez-le vers un nouveau PDF, et {AGAIN}",
)

# What an action may be, and why another isn't welcome.
MOVING = frozenset(("/GoTo", "/Named"))
HARMLESS = MOVING | {"/URI", "/Hide", "/SetOCGState", "/Trans", "/ResetForm", "/NOP"}
UNWELCOME = {
    "/GoToE": ENCLOSING,
    "/GoToR": ELSEWHERE,
    "/Thread": ELSEWHERE,
    "/Sound": ENCLOSING,
    "/Movie": ENCLOSING,
    "/RichMediaExecute": ENCLOSING,
    **dict.fromkeys(("/JavaScript", "/Launch", "/Rendition", "/ImportData", "/SubmitForm"), ACTIVE),
}
# Of a place in the document: where it leads, and the named moves between pages.
DESTINATIONS = ("/D", "/SD")
PAGES = ("/NextPage", "/PrevPage", "/FirstPage", "/LastPage")
# Where an action stands: of a click; of its own.
CLICKED, AUTOMATIC = ("/A", "/PA", "/Next"), ("/OpenAction", "/AA")
ENCLOSED = frozenset(
    ("/RichMedia", "/RichMediaContent", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment")
)


def refuse_active(found: pikepdf.Object) -> None:
    """Raise `UnfitFile` when a dictionary of a PDF runs, fetches or encloses something."""
    if "/JS" in found or "/JavaScript" in found:
        raise ACTIVE
    if "/XFA" in found:
        raise INTERACTIVE
    if "/EF" in found or "/RF" in found or found.get("/Type") == pikepdf.Name.EmbeddedFile:
        raise ENCLOSING
    if str(found.get("/Subtype", "")) in ENCLOSED:
        raise ENCLOSING
    # A page of another file, drawn as if it were of this one.
    if any(isinstance(found.get(key), pikepdf.Dictionary) for key in ("/Ref", "/OPI")):
        raise ELSEWHERE
    if "/URI" in found:
        _check_addresses(found["/URI"])
    _check_actions(found)


def _check_actions(found: pikepdf.Object) -> None:
    kind = str(found.get("/S", ""))
    if kind in UNWELCOME:
        raise UNWELCOME[kind]
    for key in CLICKED:
        if key in found:
            _check_action(found[key], HARMLESS)
    for key in AUTOMATIC:
        if key in found:
            _check_automatic(found[key])


def _check_automatic(found: object) -> None:
    """A document may open at a place of its own, and do nothing else unasked."""
    if not isinstance(found, pikepdf.Dictionary):
        return
    _check_unasked(found)
    for key in found.keys():  # noqa: SIM118 - not a mapping of Python's
        if key not in DESTINATIONS:
            _check_unasked(found[key])


def _check_unasked(found: object) -> None:
    """Raise `UnfitFile` unless it moves within the document, and leads to nothing further."""
    if isinstance(found, pikepdf.Array):
        for one in found:
            _check_unasked(one)
    elif isinstance(found, pikepdf.Dictionary) and "/S" in found:
        _check_action(found, MOVING)
        if "/Next" in found or (str(found["/S"]) == "/Named" and str(found.get("/N")) not in PAGES):
            raise ACTIVE


def _check_action(found: object, welcome: frozenset[str]) -> None:
    if isinstance(found, pikepdf.Array):
        for one in found:
            _check_action(one, welcome)
    elif isinstance(found, pikepdf.Dictionary) and "/S" in found:
        kind = str(found["/S"])
        if kind not in welcome:
            raise UNWELCOME.get(kind, ACTIVE)


def _check_addresses(address: pikepdf.Object) -> None:
    """Raise `UnfitFile` unless a click leads to the web or a mailbox.

    An address without scheme is a file beside the document to some readers: a host alone may be.
    """
    if isinstance(address, pikepdf.Dictionary):
        # Of the whole document: what its links begin with.
        address = address.get("/Base", "")
    said = str(address).strip()
    if said and not is_web_or_mail(said) and not is_host(said):
        raise LINK
