"""Makes the film of the four arcs: the ring draws itself, aspect by aspect, around an open centre.

Run when the emblem, a sign or a colour changes: `python -m scripts.animate_arcs` (a Chromium draws and encodes; see
`scripts/chromium.py`). There is no word in the picture: captions and transcript say it in three languages.
"""

import base64
import re
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from scripts.chromium import find
from scripts.mp4 import Film, write

ROOT = Path(__file__).parent.parent
SIGNS = ROOT / "templates" / "components" / "aspect.html"
TOKENS = ROOT / "static" / "css" / "tokens.css"
TARGET = ROOT / "operations" / "demo" / "content" / "media"

WIDTH, HEIGHT, PER_SECOND, SECONDS = 800, 600, 25, 17
# Constrained baseline at level 3.1: the oldest phones play it.
CODEC, BITS_PER_SECOND, KEY_EVERY = "avc1.42001f", 120_000, 100

ASPECTS = ("legal", "social", "economic", "cultural")
# Below the ring there is room for two lines of captions.
CENTRE_X, CENTRE_Y, RADIUS, STROKE = 400, 262, 140, 46
# As in the emblem: of 400 parts of the circle each arc takes 88, the first a little right of the top.
ARC, CIRCLE, FIRST = 88, 400, -84.6
# A sign is 20 wide: large in the centre, then small on the diagonal beyond its arc. The heart leaves the centre open.
LARGE, SMALL, OUTSIDE, HEART_LARGE = 7, 4, 180, 5.5
HEART = '<path d="M10 17c-6.5-4.7-7.5-7.4-7.5-9.6a3.9 3.9 0 0 1 7.5-1.7a3.9 3.9 0 0 1 7.5 1.7c0 2.200-1 4.9-7.5 9.6z"/>'

# Seconds: an aspect begins, its sign is drawn, its arc is drawn, its sign goes to its place; then the centre.
BEGIN, ACT = 0.8, 3.1
SIGN_DRAWN, ARC_DRAWN, SIGN_GOES = (0.0, 1.0), (0.6, 1.9), (2.1, 2.9)
HEART_DRAWN = (BEGIN + 4 * ACT + 0.1, BEGIN + 4 * ACT + 1.5)

# Draws each picture and encodes it; answers with the pictures, which of them are key, and the decoder's record.
ENCODE = """async ({pictures, config, keyEvery}) => {
  const canvas = new OffscreenCanvas(config.width, config.height);
  const context = canvas.getContext('2d', {alpha: false});
  const chunks = [], keys = [];
  let decoder = null, failure = null;
  const text = (data) => btoa(Array.from(new Uint8Array(data), (byte) => String.fromCharCode(byte)).join(''));
  const encoder = new VideoEncoder({
    output: (chunk, about) => {
      const data = new ArrayBuffer(chunk.byteLength);
      chunk.copyTo(data);
      chunks.push(text(data));
      keys.push(chunk.type === 'key');
      if (about.decoderConfig?.description) decoder = text(about.decoderConfig.description);
    },
    error: (error) => { failure = error; },
  });
  encoder.configure(config);
  for (const [number, picture] of pictures.entries()) {
    const image = new Image();
    image.src = 'data:image/svg+xml,' + encodeURIComponent(picture);
    await image.decode();
    context.drawImage(image, 0, 0);
    const time = Math.round(number * 1e6 / config.framerate);
    const frame = new VideoFrame(canvas, {timestamp: time, duration: Math.round(1e6 / config.framerate)});
    encoder.encode(frame, {keyFrame: number % keyEvery === 0});
    frame.close();
  }
  await encoder.flush();
  if (failure) throw failure;
  return {chunks, keys, decoder};
}"""


def picture(seconds: float) -> str:
    """Return the film at a moment as SVG: a function of nothing but the time."""
    colours = _colours()
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colours["paper"]}"/>']
    parts += [_arc(index, ARC, colours["hairline"]) for index in range(len(ASPECTS))]
    for index, aspect in enumerate(ASPECTS):
        here = seconds - BEGIN - index * ACT
        parts.append(_arc(index, ARC * _part(here, ARC_DRAWN), colours[aspect]))
        parts.append(_sign(index, aspect, here, colours[aspect]))
    heart = _part(seconds, HEART_DRAWN)
    parts.append(_drawn(HEART, heart, CENTRE_X, CENTRE_Y, scale=HEART_LARGE, colour=colours["ink"]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" fill="none">{"".join(parts)}</svg>'
    )


def _arc(index: int, length: float, colour: str) -> str:
    if not length:
        return ""
    turned = f"rotate({FIRST + 90 * index} {CENTRE_X} {CENTRE_Y})"
    return (
        f'<circle cx="{CENTRE_X}" cy="{CENTRE_Y}" r="{RADIUS}" pathLength="{CIRCLE}" stroke="{colour}"'
        f' stroke-width="{STROKE}" stroke-dasharray="{length:.2f} {CIRCLE}" transform="{turned}"/>'
    )


def _sign(index: int, aspect: str, here: float, colour: str) -> str:
    """The sign of an aspect: drawn in the centre, then beyond the middle of its arc, clockwise from the upper right."""
    goes = _part(here, SIGN_GOES)
    right, down = (1 if index in {0, 1} else -1), (1 if index in {1, 2} else -1)
    x, y = CENTRE_X + right * OUTSIDE * goes, CENTRE_Y + down * OUTSIDE * goes
    scale = LARGE + (SMALL - LARGE) * goes
    return _drawn(_signs()[aspect], _part(here, SIGN_DRAWN), x, y, scale=scale, colour=colour)


def _drawn(shapes: str, part: float, x: float, y: float, *, scale: float, colour: str) -> str:
    """Shapes of 20 × 20 around a point, drawn so far: each line as a dash that grows."""
    if not part:
        return ""
    if part < 1:
        shapes = re.sub(r"<(path|circle) ", rf'<\1 pathLength="1" stroke-dasharray="{part:.4f} 2" ', shapes)
    place = f"translate({x:.2f} {y:.2f}) scale({scale:.3f}) translate(-10 -10)"
    return f'<g transform="{place}" stroke="{colour}" stroke-width="1.5" stroke-linejoin="round">{shapes}</g>'


def _part(now: float, between: tuple[float, float]) -> float:
    """How far something that lasts from `between[0]` to `between[1]` has come, 0…1, slow at both ends."""
    part = min(max((now - between[0]) / (between[1] - between[0]), 0), 1)
    return part * part * (3 - 2 * part)


@cache
def _signs() -> dict[str, str]:
    """The signs of the portal by aspect. The last one stands in an `else`."""
    template = SIGNS.read_text(encoding="utf-8").replace("{% else %}<path", '{% elif aspect == "cultural" %}<path', 1)
    return dict(re.findall(r'aspect == "(\w+)" %}(<.*?)\s*{%', template, re.DOTALL))


@cache
def _colours() -> dict[str, str]:
    """The colours of the portal by light: the first block of the tokens."""
    light = TOKENS.read_text(encoding="utf-8").split("@media", 1)[0]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))


def film(page: Page) -> bytes:
    """Draw and encode the film in a page; returns the MP4."""
    config: dict[str, Any] = {
        "codec": CODEC,
        "width": WIDTH,
        "height": HEIGHT,
        "framerate": PER_SECOND,
        "bitrate": BITS_PER_SECOND,
        "bitrateMode": "variable",
        "latencyMode": "quality",
        "avc": {"format": "avc"},
    }
    pictures = [picture(number / PER_SECOND) for number in range(SECONDS * PER_SECOND)]
    made = page.evaluate(ENCODE, {"pictures": pictures, "config": config, "keyEvery": KEY_EVERY})
    return write(
        Film(
            width=WIDTH,
            height=HEIGHT,
            per_second=PER_SECOND,
            decoder=base64.b64decode(made["decoder"]),
            pictures=[base64.b64decode(chunk) for chunk in made["chunks"]],
            key=made["keys"],
        )
    )


def main() -> None:
    """Write the film and its poster, the last picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        # Encoders are for secure pages only; nothing is asked of the network.
        page.route("https://film.example/", lambda route: route.fulfill(body="", content_type="text/html"))
        page.goto("https://film.example/")
        TARGET.mkdir(parents=True, exist_ok=True)
        (TARGET / "four-arcs.mp4").write_bytes(film(page))
        page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{picture(SECONDS)}")
        page.screenshot(path=TARGET / "four-arcs.png")
        browser.close()


if __name__ == "__main__":
    main()
