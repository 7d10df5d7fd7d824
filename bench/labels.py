"""Seeded pictures of labels, each spoilt in one of thirteen ways at five levels: what a phone does to a code.

`python -m bench.labels DIR [SEED]` writes them as JPEG files beside a manifest like that of the real photos.
"""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Pixels = NDArray[Any]

TEXTS = (
    "https://hoi-ocop.example/sp/27-019-0042",
    "Mật ong rừng Yên Thế — 4 sao OCOP, QĐ 1287/QĐ-UBND, Bắc Ninh",
    "https://check.bacninh.gov.vn/truy-xuat/9f31c2aa",
    "Chè Bản Ven: chủ thể HTX Thân Trường, xã Xuân Lương",
    "https://id.gs1.example/01/08936012345671/10/L2406/21/00017",
    "Bánh đa Kế 2026 ĐT 0912 000 111",
)
GTINS = ("8936012345671", "8938505974192", "8934563138165", "8935001725190")
SIDE = 960, 1280


@dataclass(frozen=True, slots=True)
class Label:
    """One spoilt picture: its name, its JPEG bytes, the text on it, what was done and how much (1 to 5)."""

    name: str
    image: bytes
    text: str
    format: str
    kind: str
    level: int


def labels(seed: int = 1, *, each: int = 2) -> Iterator[Label]:
    """All kinds and levels, *each* times: QR for every kind, EAN-13 once a level where bars make sense."""
    for number, (kind, spoil) in enumerate(KINDS.items()):
        for level in range(1, 6):
            for copy in range(each):
                chance = np.random.default_rng((seed, number, level, copy))
                yield _label(chance, kind=kind, spoil=spoil, level=level, bars=False, copy=copy)
            if kind not in {"occlusion", "combination", "jpeg"}:
                chance = np.random.default_rng((seed, number, level, 1000))
                yield _label(chance, kind=kind, spoil=spoil, level=level, bars=True, copy=0)


def _label(chance: Any, *, kind: str, spoil: Any, level: int, bars: bool, copy: int) -> Label:
    if bars:
        text, name = _gtin(chance), "EAN13"
        code = np.asarray(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.EAN13).to_image(scale=1))
        code = np.pad(code[:1].repeat(48, axis=0), 8, constant_values=255)
    else:
        text, name = str(chance.choice(TEXTS)) + f" #{chance.integers(1000)}", "QRCode"
        matrix = segno.make_qr(text, error=str(chance.choice(["l", "m", "q"]))).matrix
        code = np.pad(np.where(np.array(matrix, dtype=bool), 0, 255).astype(np.uint8), 4, constant_values=255)
    scene = _scene(
        chance, code, module=_module(chance, code, kind=kind, level=level), cylinder=kind == "cylinder" and level
    )
    picture = spoil(scene, chance, level)
    quality = [60, 45, 30, 20, 12][level - 1] if kind == "jpeg" else 87
    out = io.BytesIO()
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=quality)
    stem = f"{kind}-{level}-{'bars' if bars else 'qr'}{copy}"
    return Label(stem, out.getvalue(), text, name, kind, level)


def _gtin(chance: Any) -> str:
    body = "893" + "".join(str(each) for each in chance.integers(0, 10, 9))
    odd, even = sum(int(each) for each in body[::2]), sum(int(each) for each in body[1::2])
    return body + str(-(odd + 3 * even) % 10)


def _module(chance: Any, code: Pixels, *, kind: str, level: int) -> float:
    """Pixels for a module in the picture that is sent."""
    if kind == "small":
        return (3.0, 2.5, 2.0, 1.6, 1.25)[level - 1]
    if kind == "far":
        return (3.6, 3.0, 2.6, 2.2, 1.9)[level - 1]
    return (
        float(chance.uniform(240, 460) / len(code)) if len(code) == code.shape[1] else float(chance.uniform(2.6, 4.4))
    )


def _scene(chance: Any, code: Pixels, *, module: float, cylinder: int) -> Pixels:
    """A printed label on some ground, twice as large as the picture that is sent."""
    height, width = (2 * each for each in SIDE)
    card = _card(chance, code)
    if cylinder:
        card = _wrapped(card, part=(0.35, 0.5, 0.62, 0.74, 0.84)[cylinder - 1])
    coarse = chance.uniform(40, 215, (6, 8)).astype(np.float32)
    ground = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) + chance.normal(0, 5, (height, width))
    side = card.shape[1] / 8 * module * 2
    card_height = side * card.shape[0] / card.shape[1]
    angle = np.radians(chance.uniform(-12, 12))
    middle = np.array([width / 2, height / 2]) + chance.uniform(-1, 1, 2) * [width / 10, height / 10]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    box = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) / 2 * [side, card_height]
    return _laid(ground.astype(np.float32), card, box @ turn.T + middle)


def _card(chance: Any, code: Pixels) -> Pixels:
    """The code at 8 px a module on a white card with print around it."""
    large = code.repeat(8, axis=0).repeat(8, axis=1)
    card = Image.new("L", (large.shape[1] + 160, large.shape[0] + 400), int(chance.integers(225, 256)))
    draw = ImageDraw.Draw(card)
    for row in range(6):
        words = " ".join("".join(chance.choice(list("aăâbcdđeêghiklmnoôơ"), 5)) for _ in range(8))
        draw.text((60, 20 + row * 28 if row < 3 else card.height - 110 + (row - 3) * 30), words, fill=30, font_size=24)
    dark = int(chance.integers(0, 50))
    card.paste(Image.fromarray(np.where(large < 128, dark, 245).astype(np.uint8)), (80, 200))
    return np.asarray(card, dtype=np.float32)


def _wrapped(card: Pixels, *, part: float) -> Pixels:
    """*card* seen around a bottle: *part* of half a turn is covered by it."""
    height, width = card.shape
    edge = np.sin(part * np.pi / 2)
    steps = np.linspace(-edge, edge, width, dtype=np.float32)
    across = (np.arcsin(steps) / (part * np.pi) + 0.5) * (width - 1)
    sag = (1 - np.sqrt(np.maximum(1 - steps**2, 0))) * width * 0.12
    x = np.broadcast_to(across.astype(np.float32), (height, width))
    y = np.arange(height, dtype=np.float32)[:, None] + sag.astype(np.float32)[None]
    shade = (0.55 + 0.45 * np.sqrt(np.maximum(1 - steps**2, 0))).astype(np.float32)
    return cv2.remap(card, x.copy(), y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) * shade


def _laid(ground: Pixels, card: Pixels, corners: Pixels) -> Pixels:
    height, width = card.shape
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    flat = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    scale = np.linalg.norm(corners[1] - corners[0]) / width
    smooth = cv2.GaussianBlur(card, (0, 0), max(0.3, 0.4 / scale)) if scale < 1 else card
    size = ground.shape[::-1]
    mask = cv2.warpPerspective(np.ones_like(card), flat, size)
    return ground * (1 - mask) + cv2.warpPerspective(smooth, flat, size) * mask


def _sent(scene: Pixels) -> Pixels:
    return np.asarray(cv2.resize(scene, SIDE[::-1], interpolation=cv2.INTER_AREA))


def _plain(scene: Pixels, chance: Any, level: int) -> Pixels:
    del level
    return _sent(scene) + chance.normal(0, 2, SIDE)


def _perspective(scene: Pixels, chance: Any, level: int) -> Pixels:
    height, width = scene.shape
    slant = (0.1, 0.18, 0.26, 0.33, 0.4)[level - 1]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    moved = corners.copy()
    side = int(chance.integers(4))
    for corner, sign in ((side, 1), ((side + 1) % 4, -1)):
        along = 1 if side % 2 else 0
        moved[corner, along] += sign * (1 if side in {0, 1} else -1) * slant * (width, height)[along]
    return _plain(
        cv2.warpPerspective(scene, cv2.getPerspectiveTransform(corners, moved), (width, height)), chance, level
    )


def _rotation(scene: Pixels, chance: Any, level: int) -> Pixels:
    height, width = scene.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(chance.uniform(36 * level - 36, 36 * level)), 0.9)
    return _plain(cv2.warpAffine(scene, turn, (width, height), borderMode=cv2.BORDER_REFLECT), chance, level)


def _motion(scene: Pixels, chance: Any, level: int) -> Pixels:
    length = (4, 7, 10, 14, 18)[level - 1]
    kernel = np.zeros((41, 41), dtype=np.float32)
    angle = chance.uniform(0, np.pi)
    way = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    cv2.line(kernel, tuple(np.int32(20 - way)), tuple(np.int32(20 + way)), 1.0, 1, cv2.LINE_AA)
    return _plain(cv2.filter2D(_sent(scene), -1, kernel / kernel.sum()).repeat(2, 0).repeat(2, 1), chance, level)


def _blur(scene: Pixels, chance: Any, level: int) -> Pixels:
    return _plain(cv2.GaussianBlur(scene, (0, 0), 2 * (1.5, 2.5, 3.5, 4.5, 5.5)[level - 1]), chance, level)


def _noise(scene: Pixels, chance: Any, level: int) -> Pixels:
    return _sent(scene) + chance.normal(0, (10, 20, 30, 40, 50)[level - 1], SIDE)


def _dark(scene: Pixels, chance: Any, level: int) -> Pixels:
    light = (0.35, 0.22, 0.14, 0.1, 0.07)[level - 1]
    return _sent(scene) * light + chance.normal(0, (2, 3, 3.5, 4, 4)[level - 1], SIDE)


def _jpeg(scene: Pixels, chance: Any, level: int) -> Pixels:
    return _plain(scene, chance, level)


def _glare(scene: Pixels, chance: Any, level: int) -> Pixels:
    picture = _sent(scene)
    y, x = np.indices(SIDE)
    for _ in range(2):
        middle = np.array(SIDE) / 2 + chance.normal(0, 70, 2)
        reach = np.array([chance.uniform(0.7, 1.2), chance.uniform(0.7, 1.2)]) * (25, 40, 55, 75, 95)[level - 1]
        picture = picture + 420 * np.exp(-(((y - middle[0]) / reach[0]) ** 2 + ((x - middle[1]) / reach[1]) ** 2))
    return np.minimum(picture, 255) + chance.normal(0, 2, SIDE)


def _occlusion(scene: Pixels, chance: Any, level: int) -> Pixels:
    picture = _sent(scene)
    size = (35, 55, 75, 95, 115)[level - 1]
    y, x = (int(each / 2 + chance.normal(0, 70)) for each in SIDE)
    cv2.ellipse(
        picture,
        (x, y),
        (size, int(size * 0.7)),
        float(chance.uniform(0, 180)),
        0,
        360,
        float(chance.uniform(60, 190)),
        -1,
    )
    return picture + chance.normal(0, 2, SIDE)


def _combination(scene: Pixels, chance: Any, level: int) -> Pixels:
    picture = cv2.GaussianBlur(
        _perspective(scene, chance, max(1, level - 1)).astype(np.float32), (0, 0), 0.6 + 0.3 * level
    )
    shade = np.linspace(1, 1 - 0.13 * level, SIDE[1], dtype=np.float32)
    return picture * shade + chance.normal(0, 3 * level, SIDE)


KINDS: dict[str, Any] = {
    "perspective": _perspective,
    "rotation": _rotation,
    "motion": _motion,
    "blur": _blur,
    "noise": _noise,
    "dark": _dark,
    "jpeg": _jpeg,
    "glare": _glare,
    "occlusion": _occlusion,
    "cylinder": _plain,
    "small": _plain,
    "far": _plain,
    "combination": _combination,
}


def write(folder: Path, *, seed: int = 1, each: int = 2) -> int:
    """Write all labels and their manifest into *folder*; the number written."""
    manifest: dict[str, Any] = {}
    for label in labels(seed, each=each):
        path = folder / "labels" / label.kind / f"{label.name}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(label.image)
        manifest[str(path.relative_to(folder))] = {
            "set": "labels",
            "folder": label.kind,
            "expect": [label.text],
            "unknown": 0,
            "format": label.format,
        }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    return len(manifest)


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1), "labels written")
