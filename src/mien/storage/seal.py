"""Encryption of what must be read again: Fernet (AES-128-CBC and HMAC-SHA256), several keys."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mien.errors import SetupError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class Seal:
    """`mien.jobs.configure.Seals`. The first key encrypts, all of them decrypt."""

    def __init__(self, keys: Sequence[str]) -> None:
        """The library is loaded at the first use.

        Args:
            keys: 32 bytes each, in URL-safe Base64.
        """
        self._keys = tuple(keys)

    def seal(self, text: str) -> str:
        return self._fernet().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as `_fernet`

        try:
            return self._fernet().decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def _fernet(self) -> "MultiFernet":
        # Loading it takes as long as answering several requests, and few ever need it.
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415

        try:
            return MultiFernet([Fernet(key) for key in self._keys])
        except ValueError as error:
            raise SetupError(f"MIEN_DISCORD_KEY holds no key: {error}") from error


def key_of(secret: bytes) -> str:
    """32 random bytes as a key."""
    return urlsafe_b64encode(secret).decode()
