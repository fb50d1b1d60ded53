"""A file is kept whole, or not at all."""

import hashlib
import os
import resource
import time
from uuid import uuid4

import pytest

from ess_portal.base.files import store
from ess_portal.base.refusals import Refused
from tests.support.reading import plain


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A folder that doesn't exist yet."""
    settings.ATTACHMENTS_ROOT = tmp_path / "kept" / "files"
    return settings.ATTACHMENTS_ROOT


def test_a_file_is_kept_under_its_random_name_for_us_alone(folder):
    key, data = uuid4(), os.urandom(200_000)
    assert store.keep(key, data) == hashlib.sha256(data).hexdigest()
    assert [path.name for path in folder.iterdir()] == [key.hex]
    assert store.path_of(key).read_bytes() == data
    assert (folder.stat().st_mode & 0o777, store.path_of(key).stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )
    store.remove(key)
    store.remove(key)
    assert list(folder.iterdir()) == []


def test_a_disk_without_room_keeps_nothing(folder):
    """The kernel itself refuses to write further, as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(Refused) as refused:
            store.keep(uuid4(), os.urandom(200_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert plain(str(refused.value)) == (
        "Le portail n’a plus de place pour garder ce fichier. Votre dossier est conservé : joignez "
        "le fichier plus tard, ou prévenez-nous par la page « Contact »."
    )
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_keeps_nothing(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.ATTACHMENTS_ROOT = tmp_path / "file" / "files"
    with pytest.raises(Refused) as refused:
        store.keep(uuid4(), b"a")
    assert str(refused.value).startswith("Le portail n’a pas pu garder ce fichier.")
    store.remove(uuid4())
    assert list(store.older_than(0)) == []


def test_a_name_is_never_written_twice(folder):
    key = uuid4()
    folder.mkdir(parents=True)
    store.path_of(key).with_suffix(store.UNFINISHED).write_bytes(b"another one is writing")
    with pytest.raises(Refused):
        store.keep(key, b"a")


def test_old_files_are_found_unfinished_ones_included(folder):
    recent, old = uuid4(), uuid4()
    for key in (recent, old):
        store.keep(key, b"a")
    unfinished = store.path_of(uuid4()).with_suffix(store.UNFINISHED)
    unfinished.touch()
    for path in (unfinished, store.path_of(old)):
        os.utime(path, (time.time() - 100, time.time() - 100))
    assert set(store.older_than(60)) == {unfinished, store.path_of(old)}
