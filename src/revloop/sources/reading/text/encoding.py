"""The encoding of a text file, found over the whole of it, and the file as a stream of UTF-8.

A byte that cannot be decoded becomes the byte 0xFF, which no UTF-8 text holds: the row it stands in
is found by it and reported, the others are read.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from revloop.sources.reading.results import CannotRead

_BLOCK = 4 * 1024 * 1024
_HEAD = 64 * 1024
_UNKNOWN = "\udcff"
"""Stands for a byte that cannot be decoded; as UTF-8 with escaped surrogates it is 0xFF."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BY_ZEROS = (  # which of four neighbouring bytes are zero in mostly Latin text
    ((False, True, True, True), "utf-32-le"),
    ((True, True, True, False), "utf-32-be"),
    ((False, True, False, True), "utf-16-le"),
    ((True, False, True, False), "utf-16-be"),
)
_SHOWN = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}
# Text has hardly any of these; zeros are looked at before.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")
_FEW_CONTROLS = 8
_MOSTLY = 0.7
# One faulty place in a UTF-8 file must not turn every name in it into another encoding's letters.
_SOUND_FOR_EACH_FAULT = 4
_SAMPLE = 16 * 1024
_FOREIGN = re.compile(rb"[^\n]{0,200}[\x80-\xff][^\n]{0,200}")
# The letters beyond ASCII of the languages that are written in an encoding. Most files are
# Western: where several encodings make words, the first of these is believed.
_WESTERN = "àáâãäåæçèéêëìíîïñòóôõöøùúûüßœšž"
_ALPHABETS = {
    "cp1252": _WESTERN,
    "cp1250": "ąćęłńóśźżáčďéěíňřšťúůýžäöüőűôľĺŕâß",
    "cp1254": _WESTERN + "ğışİ",
    "cp1257": "āčēģīķļņšūžąęėįųõäöüß",
}
_OTHER_LEGACY = [
    *("cp1251", "cp1253", "cp1255", "cp1256", "koi8_r", "cp850", "mac_roman"),
    *("cp932", "gb18030", "big5", "cp949"),
]
# Typographic marks and signs: apostrophes, dashes and a few more also stand inside words.
_INSIDE_WORDS = set("\xa0\xb4\xb7\u2013\u2018\u2019\u2026")
_AROUND_WORDS = _INSIDE_WORDS | set(
    "\xa1\xa3\xa7\xa9\xaa\xab\xae\xb0\xb2\xb3\xb5\xba\xbb\xbc\xbd\xbe\xbf\xd7"
    "\u201a\u201c\u201d\u201e\u2014\u2022\u20ac\u2122"
)
_RUN = 3
"""Accented letters in a row: seldom in these languages, always in others read as one of them."""


_BEGUN_LETTER = re.compile(
    rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z"
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a file are letters."""

    codec: str
    mark: int = 0
    """Bytes at the start that say the encoding and are no text."""
    sound: bool = True
    """Whether every byte of the file can be decoded."""

    @property
    def shown(self) -> str:
        name = _SHOWN.get(self.codec, self.codec.upper())
        return name if self.sound else f"{name}, with bytes that are not"


def _mark_unknown(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _UNKNOWN, error.end


codecs.register_error("revloop.unknown", _mark_unknown)


def find_encoding(file: BinaryIO, given: str | None = None) -> Encoding:
    """Read a file through and say how it is encoded; its position is lost.

    By the mark at its start, else as UTF-8 if it is, else by what its bytes look like.

    Raises:
        CannotRead: if it is no text, or `given` is not an encoding.
    """
    file.seek(0)
    head = file.read(_HEAD)
    mark, marked = next(((len(m), name) for m, name in _MARKS if head.startswith(m)), (0, ""))
    codec = _known(given, marked) if given else marked or _by_zeros(head)
    if marked != codec:
        mark = 0
    if not codec:
        _refuse_binary(head)
    if codec and codec != "utf-8":
        return Encoding(codec, mark, sound=_faults(file, codec, mark)[0] == 0)
    faults, sound = _faults(file, "utf-8", mark)
    only_cut = faults == 1 and sound > 0 and _ends_within_a_letter(file)
    if codec or not faults or only_cut or sound >= _SOUND_FOR_EACH_FAULT * faults:
        return Encoding("utf-8", mark, sound=not faults)
    found = _legacy(_foreign_lines(file))
    return Encoding(found, sound=_faults(file, found, 0)[0] == 0)


def as_utf8(file: BinaryIO, encoding: Encoding) -> Iterator[bytes]:
    """The text of a file in blocks of UTF-8, cut anywhere."""
    file.seek(encoding.mark)
    if encoding.codec == "utf-8":
        while block := file.read(_BLOCK):
            yield block
        return
    decoder = codecs.getincrementaldecoder(encoding.codec)("revloop.unknown")
    while block := file.read(_BLOCK):
        yield decoder.decode(block).encode("utf-8", "surrogateescape")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")


def _known(name: str, marked: str) -> str:
    try:
        found = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError) as error:
        raise CannotRead(f"cannot be read as {name!r}: no such encoding", "try utf-8") from error
    if found.name in {"utf-16", "utf-32"}:  # the mark says which of the two it is
        return marked if marked.startswith(found.name) else f"{found.name}-le"
    return "utf-8" if found.name == "utf-8-sig" else found.name


def _by_zeros(head: bytes) -> str:
    """UTF-16 and UTF-32 without a mark: Latin letters have zeros for neighbours."""
    length = len(head) // 4 * 4
    if not length or b"\0" not in head:
        return ""
    shares = [head[place:length:4].count(0) / (length // 4) for place in range(4)]
    for zeros, codec in _BY_ZEROS:
        if all(
            share > _MOSTLY if zero else share < 1 - _MOSTLY
            for share, zero in zip(shares, zeros, strict=True)
        ):
            return codec
    return ""


def _refuse_binary(head: bytes) -> None:
    controls = len(_CONTROLS.findall(head))
    if controls > _FEW_CONTROLS and controls > len(head) / 100:
        raise CannotRead(
            "is not text: it holds bytes that no text has", "export it as CSV, Excel or Parquet"
        )


def _faults(file: BinaryIO, codec: str, mark: int) -> tuple[int, int]:
    """How often the file is not of an encoding, and how many of its letters beyond ASCII are."""
    file.seek(mark)
    decoder = codecs.getincrementaldecoder(codec)("revloop.unknown")
    faults = foreign = 0
    while True:
        block = file.read(_BLOCK)
        if codec == "utf-8" and block.isascii() and not decoder.getstate()[0]:
            if block:
                continue
            return faults, foreign
        text = decoder.decode(block, final=not block)
        faults += text.count(_UNKNOWN)
        if not text.isascii():
            foreign += len(text) - len(text.encode("ascii", "ignore")) - text.count(_UNKNOWN)
        if not block:
            return faults, foreign


def _ends_within_a_letter(file: BinaryIO) -> bool:
    """Whether the file breaks off where UTF-8 has begun a letter: it was not written to its end."""
    file.seek(0, io.SEEK_END)
    file.seek(max(0, file.tell() - 4))
    return _BEGUN_LETTER.search(file.read()) is not None


def _foreign_lines(file: BinaryIO) -> bytes:
    """Some of what is not ASCII, with what stands around it, from everywhere in the file."""
    file.seek(0)
    found = []
    while block := file.read(_BLOCK):
        size = 0
        for match in _FOREIGN.finditer(block):
            found.append(match.group())
            size += len(found[-1])
            if size > _SAMPLE:
                break
    enough = max(1, sum(map(len, found)) // _SAMPLE)
    return b"\n".join(found[::enough])


def _legacy(sample: bytes) -> str:
    """An encoding of one or two bytes a letter, of which several fit every file."""
    for codec, letters in _ALPHABETS.items():
        if _makes_words(sample.decode(codec, "replace"), set(letters + letters.upper())):
            return codec
    import charset_normalizer  # noqa: PLC0415 - few files need it

    best = charset_normalizer.from_bytes(sample, cp_isolation=_OTHER_LEGACY).best()
    return best.encoding if best is not None else "cp1252"


def _makes_words(text: str, letters: set[str]) -> bool:
    """Whether accented letters are of one alphabet and stand mostly singly among plain ones."""
    run = accented = in_runs = 0
    for index, each in enumerate(text):
        if each in letters:
            run += 1
            accented += 1
            in_runs += run >= _RUN
            continue
        run = 0
        if each.isascii():
            continue
        within = text[index - 1 : index].isalpha() and text[index + 1 : index + 2].isalpha()
        if each not in (_INSIDE_WORDS if within else _AROUND_WORDS):
            return False
    return in_runs * _RUN <= accented
