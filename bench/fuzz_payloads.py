"""Ten thousand hostile payloads through classify: nothing may raise, nothing may be slow, nothing hidden may be shown.

``python -m bench.fuzz_payloads [COUNT] [SEED]`` prints crashes and times, and ends with 1 if there was a crash.
"""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable

from catalog.codes import Surroundings, as_json, classify, classify_typed, lead, trace_key
from catalog.codes.printable import HIDDEN

OURS = Surroundings(frozenset({"hoi-ocop.vn", "127.0.0.1:8080"}), "HoiOcopBot", "1234567890123456789")
SEEDS = (
    "https://check.bacninh.gov.vn/abc?id=7&utm_source=x#a",
    "https://check.bacninh.gov.vn.evil.example@evil.example:8443\\x",
    "https://xn--heck-u4d.bacninh.gov.vn./",
    "HTTP://QR.ICHECK.VN/1",
    "https://hoi-ocop.vn/p/7?lot=A",
    "https://hoi-ocop.vn/b/ABCD2345",
    "https://hoi-ocop.vn/fairs/hoi-cho-2027",
    "https://id.gs1.org/01/08938505974194/10/L1/21/S?17=261231",
    "(01)08938505974194(10)L1(17)261231",
    "]d201089385059741941726123110L1\x1d21S",
    "893 8505 974 194",
    "00020101021138560010A0000007270126000697041501121133666688880208QRIBFTTA53037045802VN6304F443",
    "2|99|0912345678|A|x@y.vn|0|0|50000|note|transfer_myqr",
    "079201001234|123456789|NGUYỄN VĂN A|01011990|Nam|x|1",
    "BEGIN:VCARD\r\nFN:Nem Bùi\r\nTEL;TYPE=cell:+84 912 345 678\r\nEND:VCARD",
    "MECARD:N:Bùi,Nem;TEL:0912345678;EMAIL:a@b.vn;;",
    "WIFI:S:Nh\\;à;T:WPA;P:secret;;",
    "BEGIN:VEVENT\nSUMMARY:Hội chợ\nDTSTART:20261231\nEND:VEVENT",
    "geo:21.18,106.07?q=x",
    "smsto:8785:MO",
    "mailto:a@b.vn?subject=x",
    "javascript:alert(1)",
    "data:text/html;base64,AAAA",
    "intent://x#Intent;scheme=zalo;end",
    "https://t.me/HoiOcopBot?start=p_7",
    "https://zalo.me/0912345678",
    "Quyết định số 123/QĐ-UBND ngày 12/3/2024",
    "Giấy chứng nhận số 12/2023/GCN-OCOP",
    "OCOP-BN-0123",
    "Sản phẩm: Nem Bùi\nhttps://check.bacninh.gov.vn/abc",
)
ODD = (
    "\x00\x1d\x1b\u200b\u200e\u202e\u2066\ufeff\ud800\udfff\uffff\U000e0041\u0301\u0131ＡａсΟ％＠。：／"
    "%@:/\\?#&=.()[]|;-+ \t\r\n"
)
SIZES = (0, 1, 7, 100, 4_296, 7_089, 20_000)
SYMBOLOGIES = ("", "", "", "", "]Q1", "]d2")
BUDGET_SECONDS = 60


def mutated(rng: random.Random) -> str:
    letters = list(rng.choice(SEEDS))
    for _ in range(rng.randint(1, 8)):
        place = rng.randrange(len(letters) + 1)
        match rng.randrange(5):
            case 0:
                letters.insert(place, rng.choice(ODD))
            case 1:
                letters[place : place + rng.randint(1, 4)] = []
            case 2:
                letters[place:place] = letters[: rng.randint(0, 40)]
            case 3:
                letters[place:place] = rng.choice(SEEDS)
            case _:
                letters.insert(place, chr(rng.randrange(0x110000)))
    return "".join(letters)


def repeated(rng: random.Random) -> str:
    """One short piece over and over: what makes careless patterns slow."""
    piece = "".join(rng.choice(ODD + "a0.") for _ in range(rng.randint(1, 3)))
    return rng.choice(("", *SEEDS)) + piece * (rng.choice(SIZES) // len(piece)) + rng.choice(("", "!", "\x00", *SEEDS))


def noise(rng: random.Random) -> str:
    return "".join(chr(rng.randrange(0x110000)) for _ in range(rng.choice(SIZES[:5])))


def stretched(rng: random.Random) -> str:
    seed = rng.choice(SEEDS)
    place = rng.randrange(len(seed) + 1)
    return seed[:place] + seed[max(0, place - 1) : place + 1] * (rng.choice(SIZES) // 2) + seed[place:]


MAKERS: tuple[Callable[[random.Random], str], ...] = (mutated, mutated, mutated, repeated, noise, stretched)


def tried(text: str, rng: random.Random) -> tuple[float, str]:
    """Milliseconds of one classify, and its kind; the other entrances are tried outside the clock."""
    symbology, name = rng.choice(SYMBOLOGIES), rng.choice(("", "QRCode", "EAN13"))
    start = time.perf_counter()
    code = classify(text, ours=OURS, symbology=symbology, format=name)
    milliseconds = (time.perf_counter() - start) * 1000
    classify_typed(text, ours=OURS)
    lead([code, code])
    assert trace_key(trace_key(text)) == trace_key(text), "a key does not stay itself"
    said = as_json(code)
    json.dumps(said, ensure_ascii=False).encode()
    assert not any(HIDDEN.search(str(each)) for each in said.values()), "something hidden is said"
    assert len(code.shown) <= 200, "too much is shown"
    return milliseconds, str(code.kind)


def main(count: int = 10_000, seed: int = 7) -> int:
    rng = random.Random(seed)
    times: list[float] = []
    kinds: Counter[str] = Counter()
    crashes = 0
    end = time.monotonic() + BUDGET_SECONDS
    while len(times) + crashes < count and time.monotonic() < end:
        text = rng.choice(MAKERS)(rng)
        try:
            milliseconds, kind = tried(text, rng)
        except Exception as error:  # noqa: BLE001 reason: any error at all is what is being looked for
            crashes += 1
            print(f"CRASH {type(error).__name__}: {error} on {text[:200]!r} ({len(text)} characters)")
            continue
        times.append(milliseconds)
        kinds[kind] += 1
    times.sort()
    p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
    print(f"payloads {len(times) + crashes}, crashes {crashes}")
    print(f"p50 {p50:.3f} ms, p99 {p99:.3f} ms, worst {times[-1]:.2f} ms")
    print(", ".join(f"{kind} {number}" for kind, number in kinds.most_common()))
    return int(crashes > 0)


if __name__ == "__main__":
    raise SystemExit(main(*(int(each) for each in sys.argv[1:3])))
