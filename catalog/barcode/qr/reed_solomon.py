"""Reed–Solomon over GF(256) as QR codes use it, with erasures: a doubted codeword costs half of a wrong one."""

import numpy as np
from numpy.typing import NDArray

_PRIMITIVE = 0x11D


def _tables() -> tuple[list[int], list[int]]:
    powers, logs = [0] * 510, [0] * 256
    value = 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logs[value] = exponent
        value = value << 1 ^ (_PRIMITIVE if value & 0x80 else 0)
    return powers, logs


_POWERS, _LOGS = _tables()
_NP_POWERS, _NP_LOGS = np.array(_POWERS, dtype=np.int64), np.array(_LOGS, dtype=np.int64)


def _times(left: int, right: int) -> int:
    return _POWERS[_LOGS[left] + _LOGS[right]] if left and right else 0


def _over(left: int, right: int) -> int:
    return _POWERS[(_LOGS[left] - _LOGS[right]) % 255] if left else 0


def _value(polynomial: list[int], at: int) -> int:
    """*polynomial*, lowest power first, at *at*."""
    total = 0
    for coefficient in reversed(polynomial):
        total = _times(total, at) ^ coefficient
    return total


def _product(left: list[int], right: list[int]) -> list[int]:
    result = [0] * (len(left) + len(right) - 1)
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            result[i + j] ^= _times(one, other)
    return result


def syndromes(block: NDArray[np.uint8], parity: int) -> list[int]:
    """The values of *block* at the first *parity* powers of the generator: all zero for an intact one."""
    places = np.flatnonzero(block)
    logs = _NP_LOGS[block[places]]
    exponents = len(block) - 1 - places
    terms = _NP_POWERS[(logs[None, :] + np.arange(parity)[:, None] * exponents[None, :]) % 255]
    return [int(each) for each in np.bitwise_xor.reduce(terms, axis=1, initial=0)]


def correct(block: NDArray[np.uint8], parity: int, erased: list[int]) -> NDArray[np.uint8] | None:
    """*block* with its errors mended, those at *erased* for half the price; None when there are too many."""
    found = syndromes(block, parity)
    if not any(found):
        return block
    locator = _locator(found, [len(block) - 1 - place for place in erased])
    errors = len(locator) - 1
    if 2 * errors - len(erased) > parity:
        return None
    exponents = [each for each in range(len(block)) if _value(locator, _POWERS[-each % 255]) == 0]
    if len(exponents) != errors:
        return None
    mended = _apply_forney(block, found, locator, exponents)
    return None if any(syndromes(mended, parity)) else mended


def _locator(found: list[int], erased: list[int]) -> list[int]:
    """Berlekamp and Massey's error locator, started from the erasures."""
    locator = [1]
    for exponent in erased:
        locator = _product(locator, [1, _POWERS[exponent]])
    previous, length, gap, last = locator[:], len(erased), 1, 1
    for step in range(len(erased), len(found)):
        terms = zip(locator, found[step::-1], strict=False)
        discrepancy = 0
        for coefficient, value in terms:
            discrepancy ^= _times(coefficient, value)
        if not discrepancy:
            gap += 1
            continue
        change = [0] * gap + [_times(each, _over(discrepancy, last)) for each in previous]
        longer = max(len(locator), len(change))
        summed = [
            (locator[i] if i < len(locator) else 0) ^ (change[i] if i < len(change) else 0) for i in range(longer)
        ]
        if 2 * length <= step + len(erased):
            previous, length, gap, last = locator, step + len(erased) + 1 - length, 1, discrepancy
        else:
            gap += 1
        locator = summed
    while len(locator) > 1 and not locator[-1]:
        locator.pop()
    return locator


def _apply_forney(
    block: NDArray[np.uint8], found: list[int], locator: list[int], exponents: list[int]
) -> NDArray[np.uint8]:
    """Forney's algorithm: how much each place is wrong by."""
    evaluator = _product(found, locator)[: len(found)]
    slope = [each if power % 2 else 0 for power, each in enumerate(locator)][1:]
    mended = block.copy()
    for exponent in exponents:
        inverse = _POWERS[-exponent % 255]
        below = _value(slope, inverse)
        if not below:
            return block
        size = _times(_POWERS[exponent], _over(_value(evaluator, inverse), below))
        mended[len(block) - 1 - exponent] ^= size
    return mended
