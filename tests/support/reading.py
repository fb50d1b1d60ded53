"""Reads the portal's pages as a person does: titles, texts, links, what a form holds."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)
# What Django says of a choice that isn't offered.
NO_CHOICE = "Sélectionnez un choix valide. Ce choix ne fait pas partie de ceux disponibles."
INVISIBLE = frozenset({"script", "style", "template"})
SPACES = dict.fromkeys(map(ord, "\u00a0\u202f"), " ")


def plain(text: str) -> str:
    """A text with ordinary spaces."""
    return text.translate(SPACES)


class Node:
    """One element of a page."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Node | None" = None):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Node | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str = "") -> str:
        """The value of an attribute."""
        return self.attributes.get(name, default)

    @property
    def classes(self) -> list[str]:
        """Its classes, in their order."""
        return self.get("class").split()

    def walk(self) -> Iterator["Node"]:
        """Every element below it, in the order of the page."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.walk()

    def all(self, tag: str = "", *, cls: str = "", **attributes) -> list["Node"]:
        """The elements below it with this tag, this class, and these attributes."""
        return [
            node
            for node in self.walk()
            if (not tag or node.tag == tag)
            and (not cls or cls in node.classes)
            and all(node.attributes.get(name) == value for name, value in attributes.items())
        ]

    def one(self, tag: str = "", **options) -> "Node":
        """The only such element."""
        (found,) = self.all(tag, **options)
        return found

    @property
    def following(self) -> "Node":
        """The next element beside it."""
        beside = [child for child in self.parent.children if isinstance(child, Node)]
        return beside[beside.index(self) + 1]

    @property
    def text(self) -> str:
        """Its visible text, white space folded."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in INVISIBLE:
                inline = child.tag in {"a", "b", "code", "em", "span", "strong", "sup", "time"}
                yield "" if inline else " "
                yield from child._texts()
                yield "" if inline else " "


class Page(HTMLParser):
    """A parsed answer."""

    def __init__(self, response):
        super().__init__(convert_charrefs=True)
        self.root = self._current = Node("document", {})
        self.feed(response.content.decode())
        self.close()

    def handle_starttag(self, tag, attrs):
        """Open an element."""
        node = Node(tag, {name: value or "" for name, value in attrs}, self._current)
        self._current.children.append(node)
        if tag not in VOID:
            self._current = node

    def handle_startendtag(self, tag, attrs):
        """Add an element without content."""
        self._current.children.append(
            Node(tag, {name: value or "" for name, value in attrs}, self._current)
        )

    def handle_endtag(self, tag):
        """Close the innermost open element of this tag."""
        node = self._current
        while node.parent is not None and node.tag != tag:
            node = node.parent
        if node.parent is not None:
            self._current = node.parent

    def handle_data(self, data):
        """Keep a text."""
        self._current.children.append(data)

    def all(self, tag="", **options) -> list[Node]:
        """See `Node.all`."""
        return self.root.all(tag, **options)

    def one(self, tag="", **options) -> Node:
        """See `Node.one`."""
        return self.root.one(tag, **options)

    @property
    def main(self) -> Node:
        """What the page itself says."""
        return self.one("main")

    @property
    def browser_title(self) -> str:
        """What the browser's tab says."""
        return self.one("title").text

    @property
    def title(self) -> str:
        """Its heading."""
        return self.main.one("h1").text

    @property
    def messages(self) -> list[str]:
        """What is told above the page."""
        return [
            alert.text for box in self.all("div", cls="messages") for alert in box.all(cls="alert")
        ]

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        return [line.text for box in self.all(cls="error-summary") for line in box.all("li")]

    @property
    def links(self) -> dict[str, str]:
        """The links of the page itself: text → address."""
        return {link.text: link["href"] for link in self.main.all("a")}

    @property
    def form(self) -> dict[str, str | list[str]]:
        """What the page's last POST form holds, as a browser would send it (without token)."""
        return form_values(self._last_form)

    @property
    def form_key(self) -> str:
        """The key of that form, which a browser sends too (`ess_portal.base.sent_forms`)."""
        return self._last_form.one("input", name="form_key")["value"]

    @property
    def _last_form(self) -> Node:
        return [form for form in self.main.all("form") if form.get("method") == "post"][-1]


def form_values(form: Node) -> dict[str, str | list[str]]:
    """What a browser would send of `form`, without its token, key and buttons."""
    values: dict[str, str | list[str]] = {}
    for node in form.walk():
        name = node.get("name")
        if not name or name in ("csrfmiddlewaretoken", "form_key"):
            continue
        kind = node.get("type") if node.tag == "input" else node.tag
        if kind == "checkbox":
            values.setdefault(name, []).extend(_checked(node))
        elif kind == "radio":
            values |= dict.fromkeys([name] * len(_checked(node)), node.get("value"))
        elif kind == "textarea":
            values[name] = _typed(node)
        elif kind == "select":
            values[name] = _selected(node)
        elif kind not in ("button", "submit"):
            values[name] = node.get("value")
    return values


def _checked(box: Node) -> list[str]:
    return [box.get("value", "on")] if "checked" in box.attributes else []


def _typed(area: Node) -> str:
    # As a browser reads it: the first line break is the template's own.
    text = "".join(child for child in area.children if isinstance(child, str))
    return text.removeprefix("\r").removeprefix("\n")


def _selected(select: Node) -> str | list[str]:
    chosen = [o["value"] for o in select.all("option") if "selected" in o.attributes]
    return chosen if "multiple" in select.attributes else next(iter(chosen), "")
