"""Reads documents back as a person would hear them."""

import io
import re

from pypdf import PdfReader

# What is said on each page around the text.
RUNNING = re.compile(
    r"\AClermont Communauté\s*5 engagements pour l’ESS \(2022-2026\)"
    r"|État\s+des\s+données(.|\n)*?Page \d+ / \d+"
)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """The text as it is read aloud, without the places where lines end."""
    pages = [page.extract_text() for page in read(pdf).pages]
    text = "\n".join(re.sub(RUNNING, "", page) for page in pages)
    return " ".join(re.sub("[\u200b\u00ad]\n?", "", text).split())
