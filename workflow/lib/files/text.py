"""Text that a person saved: UTF-8 with or without a byte order mark, or refused with its line."""

from workflow.lib.errors import InputError

UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(content: bytes, name, cure: str) -> str:
    """The text of a file called `name`; `cure` says how to save it.

    Raises
    ------
    InputError
        If it is UTF-16, or else not UTF-8, with the line and the byte.
    """
    if content.startswith(UTF16):
        raise InputError([f"{name}: UTF-16 text; {cure}"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        byte = f"{content[error.start]:#04x}"
    raise InputError([f"{name}, line {line}: byte {byte} is not UTF-8; {cure}"])
