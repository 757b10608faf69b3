"""Where the bytes of a picture come from: the internet, a folder, an archive. None of them is trusted."""

from __future__ import annotations

import stat
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from stoa.catalogue.media.rules import MAX_BYTES
from stoa.exchange.pictures.errors import ArchiveRefusedError, PictureUnavailableError
from stoa.kernel.outbound.client import Response, request
from stoa.kernel.outbound.errors import (
    AddressRefusedError,
    OutboundError,
    OutboundTimeoutError,
    ResponseTooLargeError,
)

TIMEOUT = 30.0  # seconds for a whole picture, redirects and all
FILE_TIMEOUT = 600.0  # for a whole file that is sold, which may be a film
REDIRECTS = 4
MAX_ENTRIES = 100_000
# An archive of pictures hardly shrinks; one that unfolds beyond this is something else.
MAX_UNPACKED = 50_000_000_000
MAX_RATIO = 100
_PASSING = {408, 425, 429, 500, 502, 503, 504}


class Source(Protocol):
    """A folder or an archive: what came along with the file of an import."""

    def read(self, source: str) -> bytes: ...

    def open(self, source: str) -> IO[bytes]: ...


def is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def fetch(url: str) -> bytes:
    """A picture from the internet: public addresses only, however they are named and wherever they redirect.

    Raises PictureUnavailableError with words for the merchant.
    """
    accepted = "image/avif,image/webp,image/*;q=0.9,*/*;q=0.5"
    too_large = _("The picture is larger than %d MB.") % (MAX_BYTES >> 20)
    answer = _asked(url, accepted, MAX_BYTES, TIMEOUT, too_large)
    if _is_page(answer):
        raise PictureUnavailableError(_("The server sent a web page, and no picture."))
    return answer.content


def fetch_into(url: str, target: IO[bytes], max_bytes: int) -> None:
    """A file of any kind from the internet, written to ``target`` as it comes. Under the same rules.

    Raises PictureUnavailableError.
    """
    too_large = _("The file is larger than %d MB.") % (max_bytes // 1_000_000)
    answer = _asked(url, "*/*", max_bytes, FILE_TIMEOUT, too_large, target)
    if _is_page(answer) and not urlsplit(url).path.lower().endswith((".html", ".htm", ".xhtml")):
        raise PictureUnavailableError(_("The server sent a web page, and no file."))


def _asked(
    url: str, accepted: str, max_bytes: int, timeout: float, too_large: str, into: IO[bytes] | None = None
) -> Response:
    try:
        answer = request(
            "GET", url, headers={"Accept": accepted}, timeout=timeout, max_bytes=max_bytes, redirects=REDIRECTS,
            allow_private_hosts=frozenset(settings.STOA_IMPORT_HOSTS), into=into,
        )  # fmt: skip
    except AddressRefusedError as error:
        raise PictureUnavailableError(_("The address, or where it leads, is not a public one.")) from error
    except OutboundTimeoutError as error:
        raise PictureUnavailableError(_("The server took too long."), is_passing=True) from error
    except ResponseTooLargeError as error:
        raise PictureUnavailableError(too_large) from error
    except OutboundError as error:
        raise PictureUnavailableError(_("The server could not be reached."), is_passing=True) from error
    if not answer.is_success:
        raise PictureUnavailableError(
            _("The server answered %d.") % answer.status, is_passing=answer.status in _PASSING
        )
    return answer


def _is_page(answer: Response) -> bool:
    return answer.headers.get("content-type", "").lower().startswith(("text/html", "application/xhtml"))


def place_of(path: str) -> Source:
    """A folder or a zip archive as a source of pictures by their names. Raises ArchiveRefusedError."""
    found = Path(path)
    if found.is_dir():
        return Folder(found)
    if found.is_file():
        return _archive(str(found), found.stat().st_mtime_ns)
    raise ArchiveRefusedError(_("There is no folder or archive %s.") % path)


class Folder:
    """Names are looked for below ``root`` and nowhere else, whatever they contain."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._by_name: dict[str, Path] | None = None

    def read(self, source: str) -> bytes:
        """Raises PictureUnavailableError."""
        path = self._found(source)
        if path is None:
            raise PictureUnavailableError(_("There is no such file in the folder."))
        if path.stat().st_size > MAX_BYTES:
            raise PictureUnavailableError(_("The picture is larger than %d MB.") % (MAX_BYTES >> 20))
        return path.read_bytes()

    def open(self, source: str) -> IO[bytes]:
        """Raises PictureUnavailableError."""
        path = self._found(source)
        if path is None:
            raise PictureUnavailableError(_("There is no such file in the folder."))
        return path.open("rb")

    def _found(self, source: str) -> Path | None:
        for name in names_for(source):
            path = (self._root / name).resolve()
            # Resolved, so that neither dots nor symbolic links lead out.
            if path.is_relative_to(self._root) and path.is_file():
                return path
        if self._by_name is None:
            self._by_name = {
                path.name.casefold(): path
                for path in sorted(self._root.rglob("*"), reverse=True)
                if path.is_file() and path.resolve().is_relative_to(self._root)
            }
        return self._by_name.get(names_for(source)[-1].casefold()) if names_for(source) else None


class Archive:
    """A zip, of which nothing is ever written to the disk: a picture at a time is read, and no more than it may have.

    Raises ArchiveRefusedError for what is no honest archive of pictures.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise ArchiveRefusedError(_("%s is no zip archive that can be read.") % path.name) from error
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES:
            raise ArchiveRefusedError(_("The archive has more than %d files.") % MAX_ENTRIES)
        packed, unpacked = sum(e.compress_size for e in entries), sum(e.file_size for e in entries)
        if unpacked > MAX_UNPACKED or (unpacked > 100_000_000 and unpacked > MAX_RATIO * max(packed, 1)):
            raise ArchiveRefusedError(_("The archive would unpack to more than pictures do."))
        self._by_path: dict[str, zipfile.ZipInfo] = {}
        self._by_name: dict[str, zipfile.ZipInfo | None] = {}
        for entry in entries:
            if entry.is_dir() or not is_harmless(entry):
                continue
            self._by_path[entry.filename.casefold()] = entry
            name = PurePosixPath(entry.filename).name.casefold()
            # Two of one name: only the whole path tells them apart.
            self._by_name[name] = None if name in self._by_name else entry

    def read(self, source: str) -> bytes:
        """Raises PictureUnavailableError."""
        return self.content(self._found(source))

    def open(self, source: str) -> IO[bytes]:
        """For what is too large to be held: raises what ``zipfile`` does while it is read, or PictureUnavailableError."""
        return self.stream(self._found(source))

    def _found(self, source: str) -> zipfile.ZipInfo:
        names = [name.casefold() for name in names_for(source)]
        entry = next((self._by_path[name] for name in names if name in self._by_path), None)
        if entry is None and names:
            last = PurePosixPath(names[-1]).name
            if last in self._by_name and self._by_name[last] is None:
                raise PictureUnavailableError(_("The archive has several files of this name."))
            entry = self._by_name.get(last)
        if entry is None:
            raise PictureUnavailableError(_("There is no such file in the archive."))
        return entry

    def content(self, entry: zipfile.ZipInfo, most: int = MAX_BYTES) -> bytes:
        """At most ``most`` bytes, whatever the archive says of its size. Raises PictureUnavailableError."""
        try:
            with self._zip.open(entry) as file:
                data = file.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
            raise PictureUnavailableError(_("The file is damaged in the archive.")) from error
        if len(data) > most:
            raise PictureUnavailableError(_("The picture is larger than %d MB.") % (most >> 20))
        return data

    def stream(self, entry: zipfile.ZipInfo) -> IO[bytes]:
        """For what is too large to be held: raises what ``zipfile`` does while it is read."""
        return self._zip.open(entry)

    def entry(self, name: str) -> zipfile.ZipInfo | None:
        return self._by_path.get(name.casefold())


@lru_cache(maxsize=4)
def _archive(path: str, changed: int) -> Archive:
    """Kept open, so that thousands of pictures do not read its table of contents thousands of times."""
    return Archive(Path(path))


def is_harmless(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a plain file with a name that stays where it is put."""
    mode = entry.external_attr >> 16
    name = entry.filename.replace("\\", "/")
    if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return False
    return not (name.startswith("/") or ":" in name or "\0" in name or ".." in name.split("/"))


def names_for(source: str) -> list[str]:
    """The names under which a picture may lie: as written, and its last part alone. Dots never lead upwards."""
    path = unquote(urlsplit(source).path) if is_address(source) else source
    parts = [part for part in path.replace("\\", "/").split("/") if part not in {"", "."}]
    if not parts or ".." in parts or "\0" in path:
        return []
    return list(dict.fromkeys(["/".join(parts), parts[-1]]))
