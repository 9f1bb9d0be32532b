"""The Polish dictionary of simplemma in a file, since it does not fit into a web process.

As simplemma loads it, it takes 360 MB, or 50 MB and two seconds in its frugal form, in every
process. Here it is written once, into blocks of compressed lines in a read-only SQLite file beside
the media (15 MB, some seconds of work), and a look-up reads one block.
"""

import os
import sqlite3
import tempfile
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import simplemma
import structlog
from django.conf import settings
from simplemma.strategies.dictionaries import frontcode
from simplemma.strategies.dictionaries.dictionary_factory import (
    DictionaryFactory,
    _read_decompressed,
)

logger = structlog.get_logger(__name__)

LANGUAGE = "pl"
BLOCK_LINES = 128
Line = tuple[bytes, bytes]  # a form, and its lemma


def lines() -> Iterator[Line]:
    """Yield the dictionary in the order of its forms, without holding it in memory.

    simplemma's public ways build the whole mapping first; the format is tested against them.
    """
    data = _read_decompressed(LANGUAGE)
    is_reversed, _count, position = frontcode._read_header(data)
    if is_reversed:
        raise ValueError("simplemma's Polish dictionary is not in the order of its forms any more")
    for _start, form, lemma in frontcode._iter_records(data, position):
        yield form, lemma


def blocks() -> Iterator[tuple[bytes, bytes]]:
    """Yield the first form of each block and its lines, compressed: "\\nform\\tlemma"."""
    block: list[Line] = []
    for line in lines():
        block.append(line)
        if len(block) == BLOCK_LINES:
            yield compressed(block)
            block = []
    if block:
        yield compressed(block)


def compressed(block: list[Line]) -> tuple[bytes, bytes]:
    text = b"".join(b"\n%b\t%b" % line for line in block) + b"\n"
    return block[0][0], zlib.compress(text, level=1)


def write(path: Path) -> None:
    """Write the file. Another process may do so at the same time: the last one wins, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    os.close(handle)
    try:
        with closing(sqlite3.connect(name)) as connection:
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("CREATE TABLE block (first BLOB PRIMARY KEY, lines BLOB NOT NULL)")
            connection.executemany("INSERT INTO block VALUES (?, ?)", blocks())
            connection.commit()
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


class FileDictionary(Mapping[str, str]):
    """Form → lemma, out of the file. Threads may share it."""

    def __init__(self, path: Path) -> None:
        # Nobody writes the file: no locks are needed, which file systems of networks lack.
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        self._connection.execute("SELECT first FROM block LIMIT 1").fetchone()

    def __getitem__(self, form: str) -> str:
        wanted = form.encode()
        block = self._block(wanted)
        start = block.find(b"\n%b\t" % wanted)
        if start < 0:
            raise KeyError(form)
        start += len(wanted) + 2
        return block[start : block.index(b"\n", start)].decode()

    def _block(self, form: bytes) -> bytes:
        """Return the lines among which the form would stand."""
        with self._lock:
            row = self._connection.execute(
                "SELECT lines FROM block WHERE first <= ? ORDER BY first DESC LIMIT 1", (form,)
            ).fetchone()
        return zlib.decompress(row[0]) if row else b""

    def has_beginning(self, beginning: str) -> bool:
        """Whether some form begins so."""
        wanted = beginning.encode()
        if b"\n%b" % wanted in self._block(wanted):
            return True
        with self._lock:
            row = self._connection.execute(
                "SELECT first FROM block WHERE first > ? ORDER BY first LIMIT 1", (wanted,)
            ).fetchone()
        return bool(row and row[0].startswith(wanted))

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            rows = self._connection.execute("SELECT lines FROM block ORDER BY first").fetchall()
        for (block,) in rows:
            for line in zlib.decompress(block).split(b"\n")[1:-1]:
                yield line.partition(b"\t")[0].decode()

    def __len__(self) -> int:
        return sum(1 for _form in self)

    def close(self) -> None:
        self._connection.close()


class FileDictionaryFactory(DictionaryFactory):
    """Gives simplemma the dictionary out of the file, which it writes if it is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._dictionary: FileDictionary | None = None
        self._lock = threading.Lock()

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        if lang != LANGUAGE:
            raise ValueError(f"Only Polish is here, not {lang}.")
        if self._dictionary is None:
            with self._lock:
                self._dictionary = self._dictionary or self._open()
        return self._dictionary

    def _open(self) -> FileDictionary:
        """Open the file; write it first where there is none, or one that is damaged."""
        try:
            return FileDictionary(self._path)
        except sqlite3.Error:
            logger.info("dictionary_written", path=str(self._path))
            write(self._path)
            return FileDictionary(self._path)


def file_path() -> Path:
    """Return where the dictionary of this version of simplemma lies."""
    return Path(settings.DATA_DIR) / f"lemmas-{LANGUAGE}-{simplemma.__version__}.sqlite3"
