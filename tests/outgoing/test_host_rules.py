"""Which URLs mean one thing, and which addresses may be connected to."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.outgoing.host_rules import AddressRefusedError, HostRules, Target, check_addresses, read_url

RULES = HostRules()

REFUSED = {
    "plain http": "http://api.example.org/",
    "plain http to a name that sounds like this machine": "http://localhost.example.org/",
    "another scheme": "ftp://api.example.org/",
    "a file": "file:///etc/passwd",
    "no scheme": "api.example.org/",
    "no host": "https:///path",
    "user name": "https://api.openai.com@evil.example/",
    "user name and password": "https://api.openai.com:443@evil.example/",
    "backslash before the at sign": "https://api.openai.com\\@evil.example/",
    "hash before the at sign": "https://evil.example#@api.openai.com\\/",
    "metadata of a cloud": "https://169.254.169.254/latest/meta-data/",
    "private network 10": "https://10.0.0.1/",
    "private network 172": "https://172.16.0.1/",
    "private network 192": "https://192.168.1.1/",
    "carrier network": "https://100.64.0.1/",
    "metadata in the carrier network": "https://100.100.100.200/",
    "host agent of a cloud": "https://168.63.129.16/",
    "this network": "https://0.0.0.0/",
    "broadcast": "https://255.255.255.255/",
    "multicast": "https://224.0.0.1/",
    "documentation": "https://192.0.2.1/",
    "this machine inside IPv6": "https://[::ffff:127.0.0.1]/",
    "this machine inside IPv6, plain": "http://[::ffff:127.0.0.1]/",
    "this machine inside IPv6, in hexadecimal": "https://[::ffff:7f00:1]/",
    "this machine, compatible": "https://[::127.0.0.1]/",
    "metadata by way of NAT64": "https://[64:ff9b::a9fe:a9fe]/",
    "metadata by way of local NAT64": "https://[64:ff9b:1::a9fe:a9fe]/",
    "metadata by way of 6to4": "https://[2002:a9fe:a9fe::1]/",
    "Teredo": "https://[2001:0:5ef5:79fb::1]/",
    "link-local": "https://[fe80::1]/",
    "link-local with its cable": "https://[fe80::1%25eth0]/",
    "unique local": "https://[fd00:ec2::254]/",
    "site-local": "https://[fec0::1]/",
    "multicast of IPv6": "https://[ff02::1]/",
    "unspecified": "https://[::]/",
    "hexadecimal and short": "https://0x7f.1/",
    "short": "https://127.1/",
    "one number": "https://2130706433/",
    "one number in hexadecimal": "https://0x7f000001/",
    "octal": "https://0177.0.0.1/",
    "leading zeros": "https://127.000.000.001/",
    "final dot": "https://127.0.0.1./",
    "percent sign in the host": "https://%6c%6f%63alhost/",
    "letters that only look like ASCII": "https://ⓛocalhost/",
    "full-width digits": "https://\N{FULLWIDTH DIGIT ONE}27.0.0.1/",
    "line break": "https://api.example.org/\r\nx: y",
    "tab in the host": "https://api.exa\tmple.org/",
    "space": "https://api.example.org /",
    "port too large": "https://api.example.org:99999/",
    "port zero": "https://api.example.org:0/",
    "port without digits": "https://api.example.org:/",
    "empty label": "https://api..example.org/",
    "label too long": f"https://{'a' * 64}.example.org/",
    "name too long": f"https://{'a.' * 130}org/",
    "broken bracket": "https://[::1/",
    "nothing": "",
}

ALLOWED = {
    "https://api.openai.com/v1/chat/completions": Target(
        scheme="https", host="api.openai.com", port=443, resource="/v1/chat/completions"
    ),
    "https://API.OpenAI.com:8443?a=b#part": Target(scheme="https", host="api.openai.com", port=8443, resource="/?a=b"),
    "https://xn--bcher-kva.example/": Target(scheme="https", host="xn--bcher-kva.example", port=443, resource="/"),
    "https://93.184.216.34/": Target(scheme="https", host="93.184.216.34", port=443, resource="/"),
    "https://[2606:4700::1111]/": Target(scheme="https", host="2606:4700::1111", port=443, resource="/"),
    "https://example.org/a@b?c=@d": Target(scheme="https", host="example.org", port=443, resource="/a@b?c=@d"),
    "http://localhost:11434/v1": Target(scheme="http", host="localhost", port=11434, resource="/v1"),
    "http://127.0.0.1/": Target(scheme="http", host="127.0.0.1", port=80, resource="/"),
    "http://[::1]:8080/": Target(scheme="http", host="::1", port=8080, resource="/"),
    "https://localhost/": Target(scheme="https", host="localhost", port=443, resource="/"),
}


@pytest.mark.parametrize("url", REFUSED.values(), ids=REFUSED.keys())
def test_a_url_of_two_meanings_or_a_bad_place_is_refused(url: str) -> None:
    """What one reader could take for another host, or what leads inside, is not asked."""
    with pytest.raises(AddressRefusedError):
        read_url(url, RULES)


@pytest.mark.parametrize("url", ALLOWED)
def test_a_plain_url_is_read(url: str) -> None:
    """Scheme, host, port and resource are those that are written."""
    assert read_url(url, RULES) == ALLOWED[url]


@pytest.mark.parametrize("url", ["https://evil.example/", "https://api.openai.com.evil.example/"])
def test_only_hosts_that_are_listed_are_asked(url: str) -> None:
    """With a list, the whole name must be on it."""
    rules = HostRules(only_hosts=frozenset({"api.openai.com"}))
    assert read_url("https://api.openai.com/v1", rules).host == "api.openai.com"
    with pytest.raises(AddressRefusedError, match="not among the hosts"):
        read_url(url, rules)


@pytest.mark.parametrize("url", ["http://localhost/", "https://localhost/", "https://127.0.0.1/", "https://[::1]/"])
def test_this_machine_can_be_forbidden(url: str) -> None:
    """Where nobody on this machine is to be asked, no way of naming it helps."""
    rules = HostRules(loopback=False)
    with pytest.raises(AddressRefusedError):
        check_addresses(read_url(url, rules).host, ["127.0.0.1"], rules)


def test_a_host_that_is_allowed_by_name_may_be_inside() -> None:
    """A private address is connected to where its name was allowed, and under no other name."""
    rules = HostRules(private_hosts=frozenset({"models.internal"}))
    assert check_addresses("models.internal", ["10.0.0.5"], rules) == ("10.0.0.5",)
    with pytest.raises(AddressRefusedError):
        check_addresses("api.example.org", ["10.0.0.5"], rules)
    with pytest.raises(AddressRefusedError):
        check_addresses("models.internal", ["224.0.0.1"], rules)


def test_one_bad_address_refuses_them_all() -> None:
    """A bad address is not passed over in favour of the good ones beside it."""
    assert check_addresses("api.example.org", ["93.184.216.34", "2606:4700::1111"], RULES)
    with pytest.raises(AddressRefusedError):
        check_addresses("api.example.org", ["93.184.216.34", "127.0.0.1"], RULES)


def test_the_name_of_this_machine_leads_nowhere_else() -> None:
    """``localhost`` that leads to another machine is not asked, also not by http."""
    with pytest.raises(AddressRefusedError):
        check_addresses("localhost", ["93.184.216.34"], RULES)


@pytest.mark.parametrize("address", ["64:ff9b::5db8:d822", "::ffff:93.184.216.34"])
def test_a_wrapped_address_is_its_inner_one(address: str) -> None:
    """In a network without IPv4 a public address comes wrapped, and may be asked."""
    assert check_addresses("api.example.org", [address], RULES) == (address,)


def test_a_user_name_is_named_as_the_reason() -> None:
    """Who writes a password into a URL is told so, without the password."""
    with pytest.raises(AddressRefusedError, match=r"^the URL holds a user name or password before its host$"):
        read_url("https://me:secret@api.example.org/", RULES)


@given(st.ip_addresses())
def test_no_address_inside_is_let_through(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """No address that Python knows as private, local or shared is ever connected to for a public name."""
    try:
        check_addresses("api.example.org", [str(address)], RULES)
    except AddressRefusedError:
        return
    assert address.is_global
    assert not any((address.is_private, address.is_loopback, address.is_link_local, address.is_multicast))


@given(st.text(max_size=60).map("https://".__add__))
def test_whatever_is_written_is_read_or_refused(url: str) -> None:
    """No text raises anything else, and what is read is plain."""
    try:
        target = read_url(url, RULES)
    except AddressRefusedError:
        return
    assert target.host.isascii()
    assert not set(target.host) & set("@\\/?# %")
