"""Which IP addresses belong to the public internet (IANA special-purpose registries, RFC 6890)."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_SPECIAL_V4 = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments; a cloud's metadata service lives here
    IPv4Network("192.88.99.0/24"),  # 6to4 relays (RFC 7526)
    IPv4Network("168.63.129.16/32"),  # Azure's platform service, public in form only
)
_SPECIAL_V6 = (
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4 carries an IPv4 address inside
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)


def is_public(address: str) -> bool:
    """Say whether this IP address, in its canonical form, is one that anybody on the internet could reach."""
    ip = ip_address(address)
    return _is_public_v4(ip) if isinstance(ip, IPv4Address) else _is_public_v6(ip)


def _is_public_v4(ip: IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL_V4)


def _is_public_v6(ip: IPv6Address) -> bool:
    if ip in _NAT64:
        # A translator turns these into IPv4 (RFC 6052), so the address inside is the one reached.
        return _is_public_v4(IPv4Address(int(ip) & 0xFFFF_FFFF))
    # Everything outside 2000::/3 is unassigned, local, multicast or an IPv4 address in disguise.
    return ip in _GLOBAL_UNICAST and ip.is_global and not any(ip in network for network in _SPECIAL_V6)
