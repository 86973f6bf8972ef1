"""Which network a request came from."""

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request

_ONE_SITE = 64  # bits of an IPv6 address that a network hands to one household


def network_of(request: Request) -> str:
    """Return the client's address, or the network a household has of IPv6."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((int(address), _ONE_SITE), strict=False)) if isinstance(address, IPv6Address) else host
