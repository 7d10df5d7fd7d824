"""Labels made up for measuring: what OCOP packages print, in many fonts, on many grounds, photographed badly.

Everything is drawn from a seed, so that a photo can be made again; the fonts are those of the machine that speak
Vietnamese (``fc-list :lang=vi``).
"""

import io
import random
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from catalog.search import Entry

Pixels = NDArray[np.uint8]
Distortion = Callable[[Pixels, random.Random], Pixels]

WIDTH, HEIGHT = 1280, 960
UNFIT = ("Hairline", "Thin", "Mono", "Oblique", "FreeMono", "ExtraLight", "DroidSansFallback")
CLAIMS = ("Đặc sản quê hương", "Sản phẩm OCOP 4 sao", "100% tự nhiên", "Hương vị truyền thống", "Sạch - An toàn - Ngon")
FILLERS = (
    "Thành phần: nguyên liệu tự nhiên, không chất bảo quản",
    "Hướng dẫn sử dụng: dùng trực tiếp hoặc chế biến món ăn",
    "Bảo quản nơi khô ráo, thoáng mát, tránh ánh nắng trực tiếp",
    "Sản phẩm đạt tiêu chuẩn vệ sinh an toàn thực phẩm",
    "Số ĐKKD: 2300567123 · TCCS 01:2023",
    "Hotline: 0912 345 678",
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a photo shows and how it was spoilt."""

    entry: Entry
    lines: tuple[str, ...]
    distortion: str
    front_only: bool
    image: bytes


@cache
def fonts() -> tuple[str, ...]:
    """Font files with every Vietnamese letter, in a stable order."""
    listed = subprocess.run(
        ["fc-list", ":lang=vi", "file", "family", "style"], check=True, capture_output=True, text=True
    )
    files = {line.split(":")[0] for line in listed.stdout.splitlines() if not any(word in line for word in UNFIT)}
    return tuple(sorted(file for file in files if Path(file).suffix in {".ttf", ".otf"}))


def label(entry: Entry, *, seed: str, distortion: str) -> Label:
    """One photo of the package of *entry*, spoilt as *distortion* says."""
    chance = random.Random(seed)
    front_only = chance.random() < 0.25
    name = _cased(entry.name, chance)
    small = [] if front_only else _small_print(entry, chance)
    ground = _picture(chance) if distortion == "over a picture" else _ground(chance)
    light = distortion == "light on dark"
    ground = 255 - ground if light else ground
    drawn = _drawn(Image.fromarray(ground), name, small, chance=chance, light=light)
    spoilt = DISTORTIONS[distortion](np.asarray(drawn), chance)
    return Label(entry, (name, *small), distortion, front_only, _jpeg(spoilt, quality=chance.randint(55, 90)))


def _cased(name: str, chance: random.Random) -> str:
    return chance.choice((name, name.upper(), name.upper(), name.title()))


def _small_print(entry: Entry, chance: random.Random) -> list[str]:
    made = f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/2025"
    lines = [
        f"{chance.choice(('Sản xuất tại', 'Nhà sản xuất', 'Cơ sở sản xuất', 'SX & đóng gói'))}: {entry.producer}"
        if entry.producer
        else "",
        f"Địa chỉ: {', '.join(entry.places[:2])}" if entry.places else "",
        f"NSX: {made}   HSD: {chance.choice(('06 tháng kể từ NSX', '12 tháng', '05/11/2026'))}",
        f"Khối lượng tịnh: {chance.choice(('500g', '250 g', '1kg', '330 ml'))}",
        *chance.sample(FILLERS, k=2),
    ]
    return [line for line in lines if line.strip(" :")]


def _ground(chance: random.Random) -> Pixels:
    ends = [np.array([chance.randint(170, 255) for _ in range(3)]) for _ in range(2)]
    slope = np.linspace(0, 1, HEIGHT)[:, None, None]
    return np.broadcast_to(ends[0] * (1 - slope) + ends[1] * slope, (HEIGHT, WIDTH, 3)).astype(np.uint8).copy()


def _picture(chance: random.Random) -> Pixels:
    """Fruit-like blobs in pastel, softened: the pictures that labels are printed over."""
    ground = _ground(chance)
    for _ in range(40):
        centre = (chance.randrange(WIDTH), chance.randrange(HEIGHT))
        axes = (chance.randint(30, 180), chance.randint(30, 180))
        colour = [chance.randint(110, 255) for _ in range(3)]
        cv2.ellipse(ground, centre, axes, chance.randrange(180), 0, 360, colour, -1)
    return _grainy(cv2.GaussianBlur(ground, (0, 0), 2.5), 9, chance)


def _drawn(ground: Image.Image, name: str, small: list[str], *, chance: random.Random, light: bool) -> Image.Image:
    draw = ImageDraw.Draw(ground)
    ink = tuple(chance.randint(190, 255) if light else chance.randint(0, 80) for _ in range(3))
    display, text = (chance.choice(fonts()) for _ in range(2))
    top = chance.randint(60, 130)
    if chance.random() < 0.4:
        draw.text((90, top - 50), chance.choice(CLAIMS), font=ImageFont.truetype(text, 30), fill=ink)
    for line, font in _title(name, display, chance=chance):
        draw.text(((WIDTH - font.getlength(line)) / 2, top), line, font=font, fill=ink)
        top += int(font.size * 1.3)
    top = max(top + 50, chance.randint(420, 520))
    for line in small:
        font = _fitting(line, text, size=chance.randint(26, 36), width=WIDTH - 160)
        draw.text((80, top), line, font=font, fill=ink)
        top += int(font.size * 1.55)
    return ground


def _title(name: str, file: str, *, chance: random.Random) -> list[tuple[str, ImageFont.FreeTypeFont]]:
    """The name in one to three lines, as large as it fits."""
    words = name.split()
    rows = min(3, max(1, round(len(name) / chance.randint(12, 22))))
    per_row = -(-len(words) // rows)
    lines = [" ".join(words[start : start + per_row]) for start in range(0, len(words), per_row)]
    size = chance.randint(60, 105)
    return [(line, _fitting(line, file, size=size, width=WIDTH - 160)) for line in lines]


def _fitting(line: str, file: str, *, size: int, width: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(file, size)
    length = font.getlength(line)
    return font if length <= width else ImageFont.truetype(file, max(16, int(size * width / length)))


def _grainy(photo: Any, strength: float, chance: random.Random) -> Pixels:
    grain = np.random.default_rng(chance.randrange(2**32)).normal(0, strength, photo.shape)
    return _pixels(photo + grain)


def _pixels(values: Any) -> Pixels:
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


# How photos go wrong ---------------------------------------------------------------------------------------------


def _same(photo: Pixels, _chance: random.Random) -> Pixels:
    return photo


def _tilted(photo: Pixels, chance: random.Random) -> Pixels:
    angle = chance.choice((-1, 1)) * chance.uniform(5, 25)
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), angle, 0.85)
    return np.asarray(cv2.warpAffine(photo, turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


def _aslant(photo: Pixels, chance: random.Random) -> Pixels:
    corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], dtype=np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], dtype=np.float32)
    shift = np.array([[chance.uniform(0, 190), chance.uniform(0, 140)] for _ in range(4)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners, corners + inward * shift)
    return np.asarray(cv2.warpPerspective(photo, matrix, (WIDTH, HEIGHT)), dtype=np.uint8)


def _curved(photo: Pixels, chance: random.Random) -> Pixels:
    """A cylinder seen from a little above: columns crowd towards the sides and lines bow."""
    reach, bow = chance.uniform(0.75, 0.95), chance.uniform(30, 80)
    across = np.linspace(-reach, reach, WIDTH)
    source_x = (np.arcsin(across) / np.arcsin(reach) + 1) / 2 * (WIDTH - 1)
    drop = bow * (1 - np.sqrt(1 - across**2))
    x = np.broadcast_to(source_x, (HEIGHT, WIDTH)).astype(np.float32)
    y = (np.arange(HEIGHT)[:, None] + drop[None, :]).astype(np.float32)
    bent: Any = cv2.remap(photo, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    shade = np.sqrt(1 - (across * 0.9) ** 2)[None, :, None]
    return _pixels(bent * shade)


def _dark(photo: Pixels, chance: random.Random) -> Pixels:
    return _grainy(photo * chance.uniform(0.18, 0.35), 7, chance)


def _blurred(photo: Pixels, chance: random.Random) -> Pixels:
    return np.asarray(cv2.GaussianBlur(photo, (0, 0), chance.uniform(1.5, 3.0)), dtype=np.uint8)


def _shaken(photo: Pixels, chance: random.Random) -> Pixels:
    size = chance.randint(7, 13)
    kernel = np.zeros((size, size), dtype=np.float32)
    kernel[size // 2] = 1 / size
    turn = cv2.getRotationMatrix2D((size / 2 - 0.5, size / 2 - 0.5), chance.uniform(0, 180), 1)
    return np.asarray(cv2.filter2D(photo, -1, cv2.warpAffine(kernel, turn, (size, size))), dtype=np.uint8)


def _glaring(photo: Pixels, chance: random.Random) -> Pixels:
    glow: Any = np.zeros((HEIGHT, WIDTH), dtype=np.float32)
    centre = (chance.randint(200, 1080), chance.randint(120, 760))
    cv2.ellipse(glow, centre, (chance.randint(90, 200), chance.randint(60, 140)), 30, 0, 360, 255, -1)
    glow = cv2.GaussianBlur(glow, (0, 0), 45)
    return _pixels(photo + glow[:, :, None] * 0.9)


def _far(photo: Pixels, chance: random.Random) -> Pixels:
    """Taken from too far, sent through a messenger: 45 to 60 % of the size on a table top."""
    scale = chance.uniform(0.45, 0.6)
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    table = _picture(chance)
    top, left = chance.randint(0, HEIGHT - small.shape[0]), chance.randint(0, WIDTH - small.shape[1])
    table[top : top + small.shape[0], left : left + small.shape[1]] = small
    return table


def _sideways(photo: Pixels, chance: random.Random) -> Pixels:
    return np.rot90(photo, chance.choice((1, 2, 3))).copy()


DISTORTIONS: dict[str, Distortion] = {
    "straight": _same,
    "light on dark": _same,
    "over a picture": _same,
    "tilted": _tilted,
    "aslant": _aslant,
    "curved": _curved,
    "dark": _dark,
    "blurred": _blurred,
    "shaken": _shaken,
    "glaring": _glaring,
    "far": _far,
    "turned": _sideways,
}


def _jpeg(photo: Pixels, *, quality: int) -> bytes:
    body = io.BytesIO()
    Image.fromarray(photo).save(body, "JPEG", quality=quality)
    return body.getvalue()
