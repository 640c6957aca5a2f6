# SPDX-License-Identifier: MIT
"""Draws a terminal's screen as a picture.

Block elements become exact rectangles, as most terminals draw them; other
characters come from a font; of the colours only reverse video, black and white
(what `tmux capture-pane -e` gives for the sign-in) are known.
"""

import re

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
THEMES = {
    "dark": ("#1e1e1e", "#d4d4d4"),
    "light": ("#ffffff", "#000000"),
    "vga": ("#000000", "#aaaaaa"),
}
BLOCKS = {
    "\u2588": (0, 0, 1, 1),
    "\u2580": (0, 0, 1, 0.5),
    "\u2584": (0, 0.5, 1, 1),
}
COLOURS = {30: "#000000", 37: "#d4d4d4", 90: "#555555", 97: "#ffffff"}
PALETTE = {16: "#000000", 231: "#ffffff"}
COLOURS_KEPT = 16
HEIGHT = 18
WIDTH = 9


class _Pen:
    """The colours in force, as SGR sequences change them."""

    def __init__(self, paper, ink):
        self.default = (paper, ink)
        self.reset()

    def reset(self):
        self.paper, self.ink = self.default
        self.reverse = False

    def apply(self, codes):
        """The numbers of one SGR sequence; 38;5;N is a colour of 256."""
        if codes[:2] == [38, 5]:
            self.ink = PALETTE[codes[2]]
        elif codes[:2] == [48, 5]:
            self.paper = PALETTE[codes[2]]
        else:
            self._apply_one(codes[0])
            codes = codes[1:]
            return self.apply(codes) if codes else None
        return self.apply(codes[3:]) if codes[3:] else None

    def _apply_one(self, code):
        if code == 0:
            self.reset()
        elif code in (7, 27):
            self.reverse = code == 7
        elif code == 39:
            self.ink = self.default[1]
        elif code == 49:
            self.paper = self.default[0]
        elif code in COLOURS:
            self.ink = COLOURS[code]
        elif code - 10 in COLOURS:
            self.paper = COLOURS[code - 10]

    def colours(self):
        pair = (self.paper, self.ink)
        return pair[::-1] if self.reverse else pair


def _cells(text, pen):
    for line in text.rstrip("\n").split("\n"):
        row = []
        for sequence, character in re.findall(r"\x1b\[([0-9;]*)m|(.)", line):
            if character:
                row.append((character, *pen.colours()))
            else:
                pen.apply([int(code or 0) for code in sequence.split(";")])
        yield row


def draw(text, path, theme="dark"):
    paper, ink = THEMES[theme]
    rows = list(_cells(text, _Pen(paper, ink)))
    columns = max(80, *map(len, rows))
    size = (WIDTH * (columns + 2), HEIGHT * (len(rows) + 2))
    image = Image.new("RGB", size, paper)
    canvas = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, int(HEIGHT * 0.78))
    for y, row in enumerate(rows, 1):
        for x, (character, back, front) in enumerate(row, 1):
            corner = (x * WIDTH, y * HEIGHT)
            _draw_cell(canvas, corner, character, back, front, font)
    image.quantize(COLOURS_KEPT).save(path, optimize=True)


def _draw_cell(canvas, corner, character, back, front, font):
    x, y = corner
    canvas.rectangle((x, y, x + WIDTH - 1, y + HEIGHT - 1), fill=back)
    if character in BLOCKS:
        left, top, right, bottom = BLOCKS[character]
        canvas.rectangle(
            (
                x + left * WIDTH,
                y + top * HEIGHT,
                x + right * WIDTH - 1,
                y + bottom * HEIGHT - 1,
            ),
            fill=front,
        )
    elif character != " ":
        canvas.text(corner, character, font=font, fill=front)
