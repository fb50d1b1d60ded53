"""Static files with hashed names, without the source maps nobody is served."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage that doesn't follow `sourceMappingURL` comments.

    Source maps weigh more than what they describe and aren't collected; the manifest would
    refuse the files that mention them.
    """

    patterns = tuple(
        (extension, tuple(p for p in rules if "sourceMappingURL" not in str(p)))
        for extension, rules in CompressedManifestStaticFilesStorage.patterns
    )
