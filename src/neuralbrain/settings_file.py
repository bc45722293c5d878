"""Finds and reads the file of settings, and says in our own words why a value cannot be used."""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import platformdirs
from pydantic import BaseModel
from pydantic_core import ErrorDetails

from neuralbrain.errors import SettingsError

PREFIX = "NEURALBRAIN_"
FILE_NAME = "neuralbrain.toml"
LONGEST_SHOWN = 60  # letters of a value that cannot be used


def why_refused(refusal: ErrorDetails, annotation: object, *, shown: bool = True) -> str:
    """Return in our own words why a value cannot be used.

    Args:
        refusal: What pydantic says.
        annotation: The type of the field, for its choices.
        shown: Whether the value itself may be shown.
    """
    limits: Mapping[str, Any] = refusal.get("ctx", {})
    given = repr(refusal["input"])
    value = given if len(given) <= LONGEST_SHOWN else f"{given[:LONGEST_SHOWN]}…"
    kind = refusal["type"]
    if kind == "value_error":
        return str(limits["error"])
    choices = [one for part in (annotation, *get_args(annotation)) for one in get_args(part) if isinstance(one, str)]
    words = {
        "bool_parsing": "is neither true nor false",
        "bool_type": "is neither true nor false",
        "float_parsing": "is no number",
        "int_parsing": "is no whole number",
        "int_type": "is no whole number",
        "int_from_float": "is no whole number",
        "greater_than_equal": f"must be at least {limits.get('ge', 0):g}",
        "less_than_equal": f"must be at most {limits.get('le', 0):g}",
        "float_type": "is no number",
        "finite_number": "is no finite number",
        "less_than": f"must be below {limits.get('lt', 0):g}",
        "greater_than": f"must be above {limits.get('gt', 0):g}",
        "literal_error": f"is none of {', '.join(dict.fromkeys(choices))}",
        "string_too_long": f"is longer than {limits.get('max_length', 0)} characters",
        "tuple_type": "is no list of names",
        "string_type": "is no name",
    }
    said = words.get(kind) or ("is no date (YYYY-MM-DD)" if kind.startswith("date") else "is no value for it")
    return f"{value} {said}" if shown else said


def data_folder() -> Path:
    """Return the data folder, which need not exist yet.

    Raises:
        SettingsError: If something else stands there, or above it.
    """
    typed = os.environ.get(PREFIX + "HOME") or str(platformdirs.user_data_path("neuralbrain"))
    try:
        home = Path(typed).expanduser().absolute()
        mode = home.stat().st_mode
    except FileNotFoundError:
        return home
    except NotADirectoryError as error:
        raise _no_folder(typed, "it lies below a file") from error
    except RuntimeError as error:  # what pathlib says of ~somebody
        raise _no_folder(typed, "there is no such user") from error
    except (OSError, ValueError) as error:
        raise _no_folder(typed, _system_words(error)) from error
    if not stat.S_ISDIR(mode):
        raise _no_folder(typed, "it is a file")
    return home


def read_file(path: Path) -> Mapping[str, Any]:
    """Return what the file of settings says; nothing where there is none.

    Raises:
        SettingsError: If it cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise _unreadable(path, "it is not written in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        # The place is the one thing that only the parser knows; Python 3.11 gives it nowhere but in its sentence.
        place = re.search(r"at line \d+, column \d+|at end of document", str(error))
        raise _unreadable(path, f"it is no TOML{f' {place[0]}' if place else ''}") from error
    except OSError as error:
        raise _unreadable(path, _system_words(error)) from error


def _no_folder(typed: str, why: str) -> SettingsError:
    return SettingsError(
        f"The data folder {typed} cannot be used: {why}.",
        remedy=f"Name a folder in {PREFIX}HOME; it is made if needed.",
    )


def _system_words(error: Exception) -> str:
    """Return what the operating system says of a path, without Python's own words."""
    return (isinstance(error, OSError) and error.strerror) or "it is no path"


def _unreadable(path: Path, why: str) -> SettingsError:
    return SettingsError(
        f"The settings file {path} cannot be read: {why}.", remedy="Mend it, or move it away to use the defaults."
    )


def as_json(tables: Mapping[str, BaseModel]) -> str:
    """Return tables of settings as the environment has them.

    >>> class Table(BaseModel):
    ...     model: str = ""
    >>> as_json({"openai": Table(model="gpt-6-luna")})
    '{"openai": {"model": "gpt-6-luna"}}'
    """
    return json.dumps({name: one.model_dump(mode="json", exclude_defaults=True) for name, one in tables.items()})
