"""Every environment variable that Daypart reads, with its default and meaning."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from app.errors import Invalid

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Rotation, cooldowns and corrections of as-run look back some days.
KEEP_LEAST_DAYS = 7


def _setting(name: str, default: str, meaning: str) -> Any:
    return field(metadata={"env": name, "default": default, "meaning": meaning})


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set from outside; read once at start."""

    data: Path = _setting(
        "DAYPART_DATA", "./data", "Folder that holds all state: database, media, key file, private Redis."
    )
    host: str = _setting("DAYPART_HOST", "127.0.0.1", "Address the web server listens on.")
    port: int = _setting("DAYPART_PORT", "8000", "Port the web server listens on.")
    url: str = _setting(
        "DAYPART_URL",
        "",
        "Public address of the desk, such as `https://desk.example.org`; used in links, signed file "
        "addresses and callbacks. Unset: `http://HOST:PORT`.",
    )
    trusted_proxies: tuple[Network, ...] = _setting(
        "DAYPART_TRUSTED_PROXIES",
        "",
        "Comma-separated addresses or networks of reverse proxies whose `X-Forwarded-*` headers are believed.",
    )
    redis_url: str = _setting(
        "REDIS_URL", "", "Redis to use, such as `redis://redis:6379/0`. Unset: a private one is started."
    )
    upload_limit_mb: int = _setting("DAYPART_UPLOAD_LIMIT_MB", "4096", "Largest upload that is accepted, in MB.")
    import_folder: Path | None = _setting(
        "DAYPART_IMPORT", "", "Folder whose files can be taken into the library as copies; it is only read."
    )
    keep_days: int = _setting(
        "DAYPART_KEEP_DAYS",
        "400",
        "For how many days what aired is kept: logs with their events, and as-run; 7 or more.",
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read all settings, refusing values that cannot be meant; an empty variable counts as unset."""
        raw = {f.name: env.get(f.metadata["env"]) or f.metadata["default"] for f in fields(cls)}
        return cls(
            data=Path(raw["data"]).expanduser().absolute(),
            host=raw["host"],
            port=_number(raw["port"], "DAYPART_PORT", 65_535),
            url=(raw["url"] or _local_url(raw["host"], raw["port"])).rstrip("/"),
            trusted_proxies=_proxies(raw["trusted_proxies"]),
            redis_url=raw["redis_url"],
            upload_limit_mb=_number(raw["upload_limit_mb"], "DAYPART_UPLOAD_LIMIT_MB", 1_000_000),
            import_folder=Path(raw["import_folder"]).expanduser().absolute() if raw["import_folder"] else None,
            keep_days=_number(raw["keep_days"], "DAYPART_KEEP_DAYS", 36_500, least=KEEP_LEAST_DAYS),
        )

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "daypart.sqlite"

    @property
    def media(self) -> Path:
        """Folder of uploaded files."""
        return media_beside(self.database)

    @property
    def key_file(self) -> Path:
        """The secret that encrypts stored secrets."""
        return self.data / "daypart.key"

    @property
    def setup_link(self) -> Path:
        """Holds the one-time link while there is no administrator."""
        return self.data / "setup-link"


def media_beside(database: Path) -> Path:
    """The folder of uploaded files that belongs to a database file."""
    return database.with_name("media")


def _number(text: str, name: str, most: int, least: int = 1) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise Invalid("BAD_SETTING", f"{name} is {text!r}; it must be a whole number from {least} to {most}.")
    return int(text)


def _proxies(text: str) -> tuple[Network, ...]:
    try:
        return _networks(text)
    except ValueError as error:
        raise Invalid("BAD_SETTING", f"DAYPART_TRUSTED_PROXIES: {error}.") from error


def _local_url(host: str, port: str) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://{shown}:{port}"
