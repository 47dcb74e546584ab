import pytest

from audit.addresses import network_of


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "network"),
    [
        ("192.0.2.7", "", 0, "192.0.2.7"),
        # Without a proxy, whoever asks writes the header.
        ("192.0.2.7", "198.51.100.1", 0, "192.0.2.7"),
        ("10.0.0.2", "192.0.2.7", 1, "192.0.2.7"),
        ("10.0.0.2", "198.51.100.1, 192.0.2.7", 1, "192.0.2.7"),
        ("10.0.0.2", "198.51.100.1, 192.0.2.7, 10.0.0.3", 2, "192.0.2.7"),
        # Whoever comes past the proxies did not pass all of them.
        ("10.0.0.2", "192.0.2.7", 2, "10.0.0.2"),
        ("10.0.0.2", "", 1, "10.0.0.2"),
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "", 0, "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "", 0, "192.0.2.7"),
        ("10.0.0.2", "unknown", 1, "unknown"),
        ("", "", 0, ""),
    ],
)
def test_whoever_asks_is_named_by_whom_can_be_believed(remote, forwarded, proxies, network):
    assert network_of(remote, forwarded, proxies) == network
