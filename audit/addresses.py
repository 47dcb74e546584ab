"""From which network somebody asks, as far as it can be believed."""

from ipaddress import IPv6Address, ip_address

# What a household or an office gets of IPv6; each of its devices may take any address of these.
_PREFIX_BITS = 64


def network_of(remote: str, forwarded: str, proxies: int) -> str:
    """Return the address of whoever asks, of IPv6 its first 64 bits.

    `remote` is who is at the other end of the line, `forwarded` what stands in X-Forwarded-For, to which each proxy
    adds whom it heard; only what the last `proxies` added counts, the rest is whatever somebody wrote.

    >>> network_of("10.0.0.2", "6.6.6.6, 192.0.2.7", 1), network_of("192.0.2.7", "6.6.6.6", 0)
    ('192.0.2.7', '192.0.2.7')
    >>> network_of("2001:db8:1:2:3::4", "", 0)
    '2001:db8:1:2::'
    """
    said = [text.strip() for text in forwarded.split(",")] if forwarded and proxies > 0 else []
    caller = said[-proxies] if len(said) >= proxies > 0 else remote
    try:
        address = ip_address(caller)
    except ValueError:
        return caller
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> _PREFIX_BITS << _PREFIX_BITS))
