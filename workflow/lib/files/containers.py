"""Opening zip files that strangers made: sizes are limited, nothing is unpacked outside its place."""

import io
import zipfile
import zlib
from pathlib import Path

from workflow.lib.errors import InputError
from workflow.lib.files.foreign import MOST_BYTES, content_of

MOST_MEMBERS = 10_000
MOST_RATIO = 200  # unpacked over packed: text in a spreadsheet reaches about 20
RATIO_FROM = 2**20  # bytes below which a member may be packed as tightly as it likes
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_zip(path) -> zipfile.ZipFile:
    """The zip file `path`, none of whose members is too large or locked.

    Raises
    ------
    InputError
        If it is no whole zip file, needs a password, or is packed so tightly that it is meant to
        fill the memory; says which member.
    """
    path = Path(path)
    content = content_of(path)
    if content.startswith(OLE):
        raise InputError(
            [
                f"{path.name}: protected by a password, or saved in the old .xls format; save it "
                "without a password as .xlsx or .ods"
            ]
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise InputError(
            [f"{path.name}: not a whole zip file ({error}); it is damaged or cut off"]
        ) from None
    problems = [f"{path.name}: {text}" for text in _dangers(members)]
    if problems:
        raise InputError(problems)
    return archive


def _dangers(members):
    """What is wrong with the sizes, one sentence each."""
    total = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS:
        yield f"{len(members)} files inside; at most {MOST_MEMBERS} are read"
    if total > MOST_BYTES:
        yield f"{total} bytes unpacked; at most {MOST_BYTES} are read"
    for member in members:
        packed = max(1, member.compress_size)
        if member.file_size > RATIO_FROM and member.file_size / packed > MOST_RATIO:
            yield (
                f"'{member.filename[:80]}' unpacks to {member.file_size // packed} times its size; "
                "that is no spreadsheet and no table"
            )
        if member.flag_bits & 0x1:
            yield f"'{member.filename[:80]}' is protected by a password; save it without one"


def member_of(archive, name, *, file) -> bytes:
    """The unpacked bytes of one member; the size that it claims is the size that it may have.

    Raises
    ------
    InputError
        If it is damaged or longer than it claims.
    """
    size = archive.getinfo(name).file_size
    try:
        with archive.open(name) as stream:
            content = stream.read(size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise InputError(
            [f"{file}: '{name[:80]}' is damaged ({error}); save or download the file again"]
        ) from None
    if len(content) != size:
        raise InputError(
            [f"{file}: '{name[:80]}' is not as long as it claims; the file is damaged"]
        )
    return content
