"""What the API promises, as data: one file for each command, in the words of its page.

Whoever speaks the contract reads it here: the API that serves it, the worker that does it, the client
that calls it, the document that describes it. A new command is one file, and one entry below.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mien.contract.changebg import CHANGEBG
from mien.contract.delall import DELALL
from mien.contract.delid import DELID
from mien.contract.headshot import HEADSHOT
from mien.contract.inswapper import INSWAPPER
from mien.contract.listid import LISTID
from mien.contract.operation import (
    PREFIX,
    REPLY_REF,
    REPLY_URL,
    ChannelRule,
    File,
    Operation,
    Text,
    TextKind,
)
from mien.contract.picsi import PICSI
from mien.contract.saveid import SAVEID
from mien.contract.setid import SETID
from mien.contract.swap import SWAP
from mien.contract.swapid import SWAPID

#: Every command by its name, in the order in which documents list them.
OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        operation.name: operation
        for operation in (
            PICSI,
            HEADSHOT,
            CHANGEBG,
            SAVEID,
            SETID,
            SWAPID,
            LISTID,
            DELID,
            DELALL,
            INSWAPPER,
            SWAP,
        )
    }
)

__all__ = [
    "CHANGEBG",
    "DELALL",
    "DELID",
    "HEADSHOT",
    "INSWAPPER",
    "LISTID",
    "OPERATIONS",
    "PICSI",
    "PREFIX",
    "REPLY_REF",
    "REPLY_URL",
    "SAVEID",
    "SETID",
    "SWAP",
    "SWAPID",
    "ChannelRule",
    "File",
    "Operation",
    "Text",
    "TextKind",
]
