"""What the API promises, as data: one file for each command, in the words of its page.

Whoever speaks the contract reads it here: the API that serves it, the worker that does it, the client
that calls it, the document that describes it. A new command is one file, and one entry below.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mien.contract.changebg import CHANGEBG
from mien.contract.headshot import HEADSHOT
from mien.contract.operation import (
    REPLY_REF,
    REPLY_URL,
    ChannelRule,
    File,
    Operation,
    Text,
    TextKind,
)
from mien.contract.picsi import PICSI

#: Every command by its name, in the order in which documents list them.
OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {operation.name: operation for operation in (PICSI, HEADSHOT, CHANGEBG)}
)

__all__ = [
    "CHANGEBG",
    "HEADSHOT",
    "OPERATIONS",
    "PICSI",
    "REPLY_REF",
    "REPLY_URL",
    "ChannelRule",
    "File",
    "Operation",
    "Text",
    "TextKind",
]
