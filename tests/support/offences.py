"""What no page of ours has: code or style inline, and requests to others."""

from urllib.parse import urlsplit

from tests.support.reading import Page

# Admin's own widgets carry none of these either: what follows holds for every page we serve.
ADDRESS_ATTRIBUTES = ("src", "href", "action", "formaction", "poster", "data", "srcset")
# A link that a person may follow is not a request of the page.
FOLLOWED = {("a", "href")}


def offences(response) -> list[str]:
    """What a page must not have: inline code or style, and requests to others."""
    found = []
    for node in Page(response).root.walk():
        if node.tag == "style" or (node.tag == "script" and not node.get("src")):
            is_data = node.get("type") in ("application/json", "text/plain")
            if not is_data:
                found.append(f"<{node.tag}> inline")
        found += [
            f"{node.tag} {name}"
            for name in node.attributes
            if name == "style" or name.startswith("on")
        ]
        for name in ADDRESS_ATTRIBUTES:
            address = node.get(name)
            if address.strip().lower().startswith("javascript:"):
                found.append(f"{node.tag} {name} javascript:")
            elif urlsplit(address).netloc and (node.tag, name) not in FOLLOWED:
                found.append(f"{node.tag} {name}={address}")
    return found
