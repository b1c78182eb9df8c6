"""What light, weather, lens and codec do to a picture. Every function takes and gives H x W x 3, uint8, RGB, and leaves its argument alone."""

import io
from collections.abc import Callable
from random import Random

import av
import cv2
import numpy as np

Look = Callable[[np.ndarray, Random], np.ndarray]


def noise(picture: np.ndarray, rng: Random, sigma: float) -> np.ndarray:
    """Sensor noise: half of it the same in all colours."""
    g = np.random.default_rng(rng.getrandbits(32))
    h, w = picture.shape[:2]
    shift = g.standard_normal((h, w, 1), np.float32) * sigma + g.standard_normal((h, w, 3), np.float32) * (sigma / 2)
    return (picture + shift).clip(0, 255).astype(np.uint8)


def colour(picture: np.ndarray, rng: Random) -> np.ndarray:
    """Hue, saturation, brightness and contrast of another camera or hour."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    index = np.arange(256, dtype=np.float32)
    hue = ((index + rng.uniform(-7, 7)) % 180).astype(np.uint8)
    saturation = (index * rng.uniform(0.4, 1.5)).clip(0, 255).astype(np.uint8)
    value = (((index / 255) ** rng.uniform(0.75, 1.35)) * 255 * rng.uniform(0.65, 1.3)).clip(0, 255).astype(np.uint8)
    for channel, table in enumerate((hue, saturation, value)):
        hsv[..., channel] = cv2.LUT(hsv[..., channel], table)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)


def grey(picture: np.ndarray, rng: Random) -> np.ndarray:
    """A colourless picture."""
    return cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def infrared(picture: np.ndarray, rng: Random) -> np.ndarray:
    """Near infrared of a fixed camera at night: colourless, plants and cloth bright, lit from the camera, dark at the edges, noisy."""
    r, g, b = (picture[..., i].astype(np.float32) for i in range(3))
    shares = np.array([rng.uniform(0.2, 0.8), rng.uniform(0.1, 0.6), rng.uniform(0.0, 0.3)], np.float32)
    tone = (r * shares[0] + g * shares[1] + b * shares[2]) / shares.sum()
    tone = 255 * (tone / 255) ** rng.uniform(0.7, 1.3)
    if rng.random() < 0.7:
        h, w = tone.shape
        ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
        d = ((xs / w - rng.uniform(0.35, 0.65)) ** 2 + (ys / h - rng.uniform(0.4, 0.7)) ** 2) / rng.uniform(0.12, 0.5)
        tone *= rng.uniform(0.15, 0.5) + np.exp(-d) * rng.uniform(0.6, 1.1)
    out = np.repeat(tone.clip(0, 255).astype(np.uint8)[..., None], 3, 2)
    return noise(out, rng, rng.uniform(1, 7))


def night(picture: np.ndarray, rng: Random) -> np.ndarray:
    """Under a street lamp: dark, a cast of sodium or cold white, a lit patch, noisy."""
    p = (picture.astype(np.float32) / 255) ** rng.uniform(1.2, 2.0)
    h, w = p.shape[:2]
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    d = ((xs / w - rng.uniform(0, 1)) ** 2 + (ys / h - rng.uniform(0, 1)) ** 2) / rng.uniform(0.1, 0.8)
    light = rng.uniform(0.25, 0.6) + np.exp(-d) * rng.uniform(0.3, 0.9)
    cast = np.array(rng.choice(((1.15, 0.95, 0.65), (1.0, 1.0, 1.0), (0.85, 1.0, 1.15))), np.float32)
    return noise((p * light[..., None] * cast * 255).clip(0, 255).astype(np.uint8), rng, rng.uniform(2, 9))


def haze(picture: np.ndarray, rng: Random) -> np.ndarray:
    """Haze or a dirty lens: everything towards one grey, more at the top, where it is far."""
    h = picture.shape[0]
    veil = np.linspace(rng.uniform(0.3, 0.65), rng.uniform(0.05, 0.35), h, dtype=np.float32)[:, None, None]
    return (picture * (1 - veil) + rng.uniform(150, 225) * veil).astype(np.uint8)


def rain(picture: np.ndarray, rng: Random) -> np.ndarray:
    """Streaks of rain over a picture that is duller and wetter for it."""
    h, w = picture.shape[:2]
    g = np.random.default_rng(rng.getrandbits(32))
    drops = (g.random((h, w), np.float32) > rng.uniform(0.985, 0.997)).astype(np.float32)
    length = rng.randint(7, 21)
    kernel = cv2.warpAffine(np.diag(np.ones(length, np.float32)), cv2.getRotationMatrix2D((length / 2, length / 2), 45 + rng.uniform(-20, 20), 1), (length, length))
    streaks = cv2.filter2D(drops, -1, kernel / max(kernel.sum(), 1e-3) * rng.uniform(3, 7)).clip(0, 1)[..., None]
    dull = picture * rng.uniform(0.65, 0.9) + rng.uniform(5, 35)
    return (dull * (1 - 0.6 * streaks) + 205 * 0.6 * streaks).clip(0, 255).astype(np.uint8)


def motion_blur(picture: np.ndarray, rng: Random) -> np.ndarray:
    """A camera that shook, along any direction."""
    length = rng.choice((3, 5, 7))
    line = np.zeros((length, length), np.float32)
    line[length // 2] = 1
    turned = cv2.warpAffine(line, cv2.getRotationMatrix2D((length // 2, length // 2), rng.uniform(0, 180), 1), (length, length))
    return cv2.filter2D(picture, -1, turned / turned.sum())


def defocus(picture: np.ndarray, rng: Random) -> np.ndarray:
    return cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 1.6))


def small(picture: np.ndarray, rng: Random) -> np.ndarray:
    """A substream that was made larger again."""
    h, w = picture.shape[:2]
    s = rng.uniform(0.4, 0.8)
    return cv2.resize(cv2.resize(picture, (max(8, int(w * s)), max(8, int(h * s))), interpolation=cv2.INTER_AREA), (w, h), interpolation=cv2.INTER_LINEAR)


def jpeg(picture: np.ndarray, rng: Random) -> np.ndarray:
    ok, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(20, 70)])
    return cv2.imdecode(data, cv2.IMREAD_COLOR) if ok else picture


def h264(picture: np.ndarray, rng: Random) -> np.ndarray:
    """A key frame of a camera with little bandwidth, by the codec itself. Sides must be even."""
    h, w = picture.shape[:2]
    target = io.BytesIO()
    with av.open(target, "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=5, options={"preset": "ultrafast", "tune": "zerolatency", "crf": str(rng.randint(27, 38))})
        stream.width, stream.height, stream.pix_fmt = w, h, "yuv420p"
        stream.codec_context.thread_count = 1
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgb24")))
        container.mux(stream.encode(None))
    target.seek(0)
    with av.open(target, "r", format="h264") as container:
        container.streams.video[0].codec_context.thread_count = 1
        return next(container.decode(video=0)).to_ndarray(format="rgb24")


LOOKS: tuple[tuple[float, Look], ...] = (
    (0.85, colour), (0.05, grey), (0.08, infrared), (0.10, night), (0.06, haze), (0.05, rain), (0.06, motion_blur), (0.08, defocus), (0.10, small),
    (0.15, jpeg), (0.10, h264),
)
"""Every look with its share of the pictures, in the order in which they happen: light, weather, lens, codec."""


def estrange(picture: np.ndarray, rng: Random, other: np.ndarray) -> np.ndarray:
    """A place without refuse is one in any colours, lying, upside down, or with another shining through: many from few, however odd."""
    if rng.random() < 0.3:
        picture = picture[..., list(rng.choice(((0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))))]
    if rng.random() < 0.3:
        hsv = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(np.int32) + rng.randint(0, 179)) % 180
        picture = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    if rng.random() < 0.15:
        picture = np.rot90(picture, rng.choice((1, 2, 3)))
    if rng.random() < 0.2:
        h, w = picture.shape[:2]
        share = rng.uniform(0.15, 0.5)
        picture = cv2.addWeighted(np.ascontiguousarray(picture), 1 - share, cv2.resize(other, (w, h), interpolation=cv2.INTER_AREA), share, 0)
    return np.ascontiguousarray(picture)


def dress(picture: np.ndarray, rng: Random) -> np.ndarray:
    """Any of the looks, by their shares; infrared and night exclude each other."""
    dark = False
    for share, look in LOOKS:
        if rng.random() >= share or (dark and look in (infrared, night)):
            continue
        dark |= look in (infrared, night)
        picture = look(picture, rng)
    return picture
