"""Judges what one program found by what another found, as tests/gnpy-data/README.md has it.

Levels, by the names of their keys, may differ by 1e-6 dB, other numbers with a fraction by a millionth of their
size, all else not at all. What the referee does not say is not looked at.
"""

import math
from typing import Any

TOLERANCE = 1e-6


def differences(expected: Any, found: Any, key: str = "", place: str = "") -> list[str]:
    """Where `found` is not what is expected; a text for each place."""
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return [f"{place}: expected a table, found {found}"]
        told: list[str] = []
        for name, value in expected.items():
            here = f"{place}.{name}" if place else name
            if name not in found:
                told.append(f"{here}: missing")
            else:
                # Names of elements carry the unit of the table they stand in.
                unit = key if is_level(key) and not is_level(name) else name
                told += differences(value, found[name], unit, here)
        return told
    if isinstance(expected, list):
        if not isinstance(found, list) or len(expected) != len(found):
            length = len(found) if isinstance(found, list) else found
            return [f"{place}: expected {len(expected)} values, found {length}"]
        pairs = enumerate(zip(expected, found))
        return [text for i, (e, f) in pairs for text in differences(e, f, key, f"{place}[{i}]")]
    return [] if same(expected, found, key) else [f"{place}: expected {expected}, found {found}"]


def same(expected: Any, found: Any, key: str) -> bool:
    """Whether two values are the same, as far as their kind demands."""
    if isinstance(expected, bool) or not isinstance(expected, (int, float)):
        return bool(expected == found)
    if not math.isfinite(expected):
        # JSON has no number for it.
        return found is None
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return False
    size = 1.0 if is_level(key) else abs(expected)
    return abs(expected - found) <= TOLERANCE * size


def is_level(key: str) -> bool:
    """Whether values under this key are dB or dBm."""
    return key.endswith(("_db", "_dbm")) or "_db_" in key
