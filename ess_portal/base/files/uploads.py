"""Uploads stay in memory and within bounds: a bigger file is read to its end, and dropped."""

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from ess_portal.base.files.kinds import MOST_BYTES


class BoundedUploadHandler(FileUploadHandler):
    """Keep one file of at most 10 MB; of anything more keep the name alone.

    The page can then say what is wrong: a connection that is cut in the middle says nothing.
    Nothing is written to a temporary folder, so a full disk doesn't matter here.
    """

    def new_file(self, *args, **kwargs):
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._pieces, self._size = BytesIO(), 0

    def receive_data_chunk(self, raw_data, start):
        """Keep a piece, or give the file up: where no form takes one, at once."""
        if not getattr(self.request, "takes_files", False):
            raise SkipFile
        self._size += len(raw_data)
        if self._size > MOST_BYTES:
            self._pieces = BytesIO()
            self.request.oversized_file = self.file_name
            raise SkipFile
        self._pieces.write(raw_data)

    def file_complete(self, file_size):
        """Hand the file over."""
        self._pieces.seek(0)
        return InMemoryUploadedFile(
            file=self._pieces,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
