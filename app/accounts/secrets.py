"""Password hashes, tokens, and the key file that encrypts secrets at rest."""

import asyncio
import contextlib
import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet

from app.errors import Unavailable

_hasher = PasswordHasher()  # argon2id with the RFC 9106 low-memory profile, the library's default
KEY_PREFIX = "dp_"


async def hash_password(password: str) -> str:
    """The argon2id hash of a password; computed in a thread since it takes tens of milliseconds."""
    return await asyncio.to_thread(_hasher.hash, password)


async def password_matches(password_hash: str, password: str) -> bool:
    """Whether a password belongs to a hash."""
    try:
        return await asyncio.to_thread(_hasher.verify, password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def dummy_hash() -> str:
    """A hash to check against when the name is unknown, so that both cases take the same time."""
    return _hasher.hash(secrets.token_hex())


def new_token() -> str:
    """A random token of 256 bits for cookies and links."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """A new API key; its prefix lets secret scanners find it."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token: random ones need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


class KeyFile:
    """The secret of this installation, kept in the data folder: encrypts stored secrets and signs addresses."""

    def __init__(self, path: Path) -> None:
        self._key = _load_or_make(path)
        self._fernet = Fernet(self._key)

    def encrypt(self, text: str) -> bytes:
        """What is stored of a secret."""
        return self._fernet.encrypt(text.encode())

    def decrypt(self, stored: bytes) -> str:
        """The secret that `encrypt` was given."""
        return self._fernet.decrypt(stored).decode()

    def sign(self, text: str) -> str:
        """A signature over text that only this installation can make."""
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def signed(self, text: str, signature: str) -> bool:
        """Whether `sign` made this signature."""
        return hmac.compare_digest(self.sign(text), signature)


def _load_or_make(path: Path) -> bytes:
    if not path.exists():
        _make(path)
    key = path.read_bytes().strip()
    if len(key) != len(Fernet.generate_key()):
        raise Unavailable("KEY_FILE_BROKEN", f"{path} does not hold a key; restore it from the backup.")
    return key


def _make(path: Path) -> None:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
    # Linked, not renamed: of two processes that start at once, the first one's key stays.
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
