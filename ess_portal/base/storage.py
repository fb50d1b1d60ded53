"""Static files with hashed names: stylesheets joined, without the source maps nobody is served."""

import posixpath
import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

OWN_STYLESHEETS = "css/"

_IMPORT = re.compile(r'@import url\("([^":/]+)"\)\s*([^;]*);\n?')
# Licences (`/*!`) stay.
_COMMENT = re.compile(r"/\*(?!!).*?\*/\n*", re.DOTALL)


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage that joins our stylesheets and follows no `sourceMappingURL` comment.

    Source maps weigh more than what they describe and aren't collected; the manifest would
    refuse the files that mention them.
    """

    patterns = tuple(
        (extension, tuple(p for p in rules if "sourceMappingURL" not in str(p)))
        for extension, rules in CompressedManifestStaticFilesStorage.patterns
    )

    def post_process(self, paths, dry_run=False, **options):
        """Put the files that ours import in the place of the imports, then do all the rest."""
        if not dry_run:
            joined = {}
            for name in paths:
                if name.startswith(OWN_STYLESHEETS) and name.endswith(".css"):
                    self.delete(name)
                    joined[name] = (self, self.save(name, ContentFile(join(name, paths))))
            paths = {**paths, **joined}
        yield from super().post_process(paths, dry_run, **options)


def join(name: str, paths) -> str:
    """Return a stylesheet with what it imports from its own folder, without their comments.

    `paths` maps names to (storage, path), as collectstatic gives them. The condition of an import
    becomes a block: `@import url("print.css") print;` ends as `@media print {…}`.
    """
    storage, path = paths[name]
    with storage.open(path) as file:
        text = _COMMENT.sub("", file.read().decode())

    def imported(match: re.Match[str]) -> str:
        inner = join(posixpath.join(posixpath.dirname(name), match[1]), paths)
        return f"@media {match[2]} {{\n{inner}}}\n" if match[2] else inner

    return _IMPORT.sub(imported, text)
