"""Unquoted scalars of YAML 1.2's core schema: ``no`` is text, ``1e3`` a number; what is no honest number is a fault."""

from __future__ import annotations

import re

from sim.model.numerals import misread

__all__ = ["MAX_NUMBER", "plain_scalar"]

MAX_NUMBER = 1e100
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def plain_scalar(text: str) -> str | int | float | bool | None:
    """Return the value of an unquoted scalar under the YAML 1.2 core schema.

    Raises
    ------
    ValueError
        For numbers that are not finite, over 1e100, or written with digit groups or a decimal comma.

    Examples
    --------
    >>> [plain_scalar(t) for t in ("no", "1e3", "0x10", "true", "~", "2022-04-15")]
    ['no', 1000.0, 16, True, None, '2022-04-15']
    """
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} (expected a finite number)")
    if trouble := misread(text):
        raise ValueError(trouble)
    return _bounded(text) if _FLOAT.fullmatch(text) or _BASED.fullmatch(text) else text


def _bounded(text: str) -> int | float:
    number: int | float = float("inf")
    if len(text) <= 300:
        number = int(text, 0) if _BASED.fullmatch(text) else int(text) if _INT.fullmatch(text) else float(text)
    if abs(number) > MAX_NUMBER:
        raise ValueError(f"{text[:40]} is too large (expected at most {MAX_NUMBER:g})")
    return number
