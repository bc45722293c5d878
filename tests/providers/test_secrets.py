"""Keys are read from the environment or a file, held by one object, and shown by nothing."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from neuralbrain.providers.secrets import ACCOUNT, KeyNames, Secret, SecretError, read_secret

NAMES = KeyNames(name="X_KEY", also=("Y_KEY",))


@dataclass
class Holder:
    """Something that holds a key."""

    key: Secret


def test_a_key_is_shown_by_nothing() -> None:
    """Neither text, nor format, nor copies, nor a dump of its holder shows a key; it is not pickled at all."""
    key = Secret("canary")
    shown = f"{key} {key!r} {key!s:>20} {asdict(Holder(key))} {Holder(key)} {[key]}"
    assert copy.copy(key) is copy.deepcopy(key) is key
    assert "canary" not in shown
    assert key.reveal() == "canary"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="not written anywhere"):
            pickle.dumps(key, protocol)
    assert not hasattr(key, "__dict__")


@pytest.mark.parametrize(
    ("environment", "key"),
    [
        ({"X_KEY": "a"}, "a"),
        ({"X_KEY": "  a\n"}, "a"),
        ({"Y_KEY": "b"}, "b"),
        ({"X_KEY": " ", "Y_KEY": "b"}, "b"),
        ({"X_KEY": "a", "Y_KEY": "b"}, "a"),
        ({"X_KEY": "a", "X_KEY_FILE": "/nowhere"}, "a"),
    ],
)
def test_a_key_is_read_and_trimmed(environment: dict[str, str], key: str) -> None:
    """The first variable goes before the second, the value before the file, and what is blank is not set."""
    assert read_secret(NAMES, environment).reveal() == key


def test_a_key_may_stand_in_a_file(tmp_path: Path) -> None:
    """A file that the variable names holds the key, with a line break at its end."""
    (tmp_path / "key").write_text("canary-1\n", encoding="utf-8")
    assert read_secret(NAMES, {"X_KEY_FILE": f"{tmp_path / 'key'}"}).reveal() == "canary-1"
    assert read_secret(NAMES, {"Y_KEY_FILE": f"{tmp_path / 'key'}"}).reveal() == "canary-1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the file of X_KEY_FILE cannot be read (No such file or directory)"),
        (b"", "the file of X_KEY_FILE is empty"),
        (b"\xff\xfe", "the file of X_KEY_FILE is no text"),
        (b"canary one", "the file of X_KEY_FILE holds a space"),
        (b"canary\nsecond", "the file of X_KEY_FILE holds a space, a line break"),
        ("canäry".encode(), "another character that cannot be sent"),
        (b"c" * 70_000, "cannot be sent"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    """The sentence names the variable and shows nothing of the file."""
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SecretError) as refused:
        read_secret(NAMES, {"X_KEY_FILE": str(path)})
    assert said in str(refused.value)
    assert "can" not in str(refused.value).replace("cannot", "")


@pytest.mark.parametrize("value", ["canary\r\nx-other: 1", "canary one", "cànary", "canary\x00", "canary\t1"])
def test_what_a_header_cannot_carry_is_refused(value: str) -> None:
    """A key with a character that would break a header is refused, without being shown."""
    with pytest.raises(SecretError, match="X_KEY holds") as refused:
        read_secret(NAMES, {"X_KEY": value})
    assert "canary" not in str(refused.value)


def test_a_missing_key_is_named() -> None:
    """With nothing set, the first variable is named."""
    with pytest.raises(SecretError, match=r"^X_KEY not set$"):
        read_secret(NAMES, {})


@pytest.mark.parametrize("value", ["../other", "a/b", "a?b", "a b"])
def test_an_account_stays_in_its_place(value: str) -> None:
    """A number of an account that would change the path of a URL is refused."""
    with pytest.raises(SecretError):
        read_secret(KeyNames(name="X", form=ACCOUNT), {"X": value})
