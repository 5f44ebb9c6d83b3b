"""The rule for outbound calls: private addresses are refused unless an administrator allows the host."""

from collections.abc import Callable, Collection, Sequence

from app.outbound.addresses import is_public

Allowed = Callable[[str], bool] | Collection[str]
"""Hosts that may be private, each written `host` or `host:port`; a callable gets lower-case names."""


class OutboundRefused(Exception):
    """A call was not made, because it would have reached a private address that nobody allowed."""

    def __init__(self, host: str, address: str) -> None:
        """Say in plain words which address was refused and who can change that."""
        self.host = host
        self.address = address
        found = f"{address} is" if host == address else f"{host} is at {address},"
        super().__init__(f"{found} a private address. An administrator can allow this host in Settings.")


class Guard:
    """Decides about a host and the addresses of its name, by what the administrator allows right now."""

    def __init__(self, allowed: Allowed) -> None:
        """Keep the rule, not its outcome: it is read again for each decision."""
        self._allowed = allowed

    def check(self, host: str, port: int, addresses: Sequence[str]) -> bool:
        """Say whether the host is private; raise OutboundRefused when it is and is not allowed."""
        # One private address is enough: which of them is used first would be the name server's choice.
        private = next((address for address in addresses if not is_public(address)), None)
        if private is not None and not self.allows(host, port):
            raise OutboundRefused(host, private)
        return private is not None

    def allows(self, host: str, port: int) -> bool:
        """Say whether the administrator lists this host, by the name written in the URL."""
        names = _names(host, port)
        if callable(self._allowed):
            return any(self._allowed(name) for name in names)
        return not names.isdisjoint(entry.lower() for entry in self._allowed)


def _names(host: str, port: int) -> set[str]:
    """Give every way to list this host: international names in both forms, IPv6 with and without brackets."""
    if ":" in host:
        return {host.lower(), f"[{host}]".lower(), f"[{host}]:{port}".lower()}
    forms = {host.lower(), _readable(host.lower())}
    return forms | {f"{form}:{port}" for form in forms}


def _readable(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
