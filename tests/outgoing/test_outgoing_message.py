"""What leaves and what comes back can be printed without showing a key."""

from __future__ import annotations

import pytest

from neuralbrain.outgoing.message import OutgoingRequest, Received, request_number, shown_url


def test_a_request_shows_method_host_and_length() -> None:
    """Path, query, headers and body stay out of what is printed."""
    request = OutgoingRequest(
        method="POST",
        url="https://hooks.example.org/services/SECRET?key=SECRET",
        headers=(("authorization", "SECRET"),),
        body=b"SECRET",
        total_seconds=1,
        most_bytes=1,
    )
    assert repr(request) == "OutgoingRequest(POST https://hooks.example.org/…, 6 bytes)"


def test_an_answer_shows_status_length_and_number() -> None:
    """Headers and body of an answer stay out of what is printed: they may say a key back."""
    answer = Received(status=401, headers=(("set-cookie", "SECRET"),), body=b"SECRET", seconds=0.5, request_id="r-1")
    assert repr(answer) == "Received(401, 6 bytes, 0.500 s, request_id='r-1')"


@pytest.mark.parametrize("url", ["https://u:SECRET@h/", "https://[SECRET", "SECRET", "https://h:SECRET/"])
def test_a_broken_url_shows_nothing(url: str) -> None:
    """A URL that cannot be read does not come out whole."""
    assert "SECRET" not in shown_url(url)


@pytest.mark.parametrize("value", ["a\x1b[31m", "é", ""])
def test_a_number_that_cannot_be_printed_is_none(value: str) -> None:
    """Only plain ASCII is taken for the number of a call, and not much of it."""
    assert request_number((("x-request-id", value),)) == ""
    assert len(request_number((("x-request-id", "r" * 5000),))) == 100
