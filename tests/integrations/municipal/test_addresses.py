import ipaddress

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from integrations.municipal.addresses import check_url, is_allowed

PRIVATE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.0.0.1./",
    "http://１２７.0.0.1/",
    "http://127。0。0。1/",
    "http://10.1.2.3:8080/hook",
    "http://172.16.0.1/",
    "https://192.168.1.10/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://192.0.2.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:1::]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fec0::1]/",
    "http://[2001:db8::1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://a.localhost/",
]
PUBLIC = [
    "https://www.gmina.example/webhook",
    "http://www.gmina.example:8080/a?b=c",
    "https://żółw.example/",
    "http://8.8.8.8/",
    "http://[2a00:1450:4001::1]/",
    "https://1.gmina.example/",
]
WRONG = [
    "",
    "gmina.example",
    "ftp://gmina.example/",
    "javascript:alert(1)",
    "http://",
    "http:///path",
    "http://gmina.example:0/",
    "http://gmina.example:99999/",
    "http://gmina.example:x/",
    "http://gmina .example/",
    "http://gmina.example/\nHost: other",
    "http://8.8.8.8\\@127.0.0.1/",
    "http://user@gmina.example/",
    "http://user:password@gmina.example/",
    "http://@gmina.example/",
    "https://gmina.example/#fragment",
    "https://gmina.example/#",
    "http://[::1",
    "http://[gmina]/",
    "http://-/",
    "http://ex%61mple.org/",
]


@pytest.mark.parametrize("url", PRIVATE + WRONG)
def test_url_private_or_wrong_is_refused(url):
    with pytest.raises(ValidationError):
        check_url(url)


@pytest.mark.parametrize("url", PUBLIC)
def test_url_public_is_accepted(url):
    check_url(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8001/webhook", "http://localhost:8001/"])
@pytest.mark.parametrize("setting", ["DEBUG", "IS_DEMO"])
def test_url_on_loopback_in_debug_and_demo_is_accepted(url, setting, settings):
    setattr(settings, setting, True)

    check_url(url)


def test_url_in_a_private_network_is_accepted_in_debug_but_not_in_the_demo(settings):
    settings.IS_DEMO = True
    with pytest.raises(ValidationError):
        check_url("http://192.168.1.10/")

    settings.DEBUG = True
    check_url("http://192.168.1.10/")


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "0.0.0.0", "255.255.255.255", "224.0.0.1", "fe80::1", "::"]
)
def test_address_with_a_special_meaning_is_refused_even_in_debug(address, settings):
    settings.DEBUG = True

    assert not is_allowed(ipaddress.ip_address(address))


def test_private_url_is_refused_in_polish_and_names_the_host():
    with translation.override("pl"), pytest.raises(ValidationError) as refused:
        check_url("http://10.1.2.3/webhook")

    assert refused.value.messages == ["10.1.2.3 to adres w sieci prywatnej. Podaj adres publiczny."]
