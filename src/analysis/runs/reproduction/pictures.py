"""Two pictures beside each other, as a reader sees them: decoded with care, pixel by pixel."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageChops

from analysis.runs.reproduction.cells import Pair, Unreadable, Weight

SHADES = 16  # of 255: how far rounding moves the edge of a line; faint text is further from its ground
PIXELS = 40_000_000
_FORMATS = ("PNG", "JPEG")


def picture_pair(place: str, theirs: bytes, ours: bytes) -> Pair | None:
    """Return two pictures as a pair with what their difference comes to; None where their bytes are the same.

    A picture of the same pixels in other bytes is not the same file: it may hold what is not seen.
    """
    if theirs == ours:
        return None
    try:
        one, said = opened(theirs)
    except Unreadable as error:
        return Pair(place, str(error), "", "words", error.feature)
    other, ours_said = opened(ours)
    return Pair(place, said, ours_said, shade_weight(one, other))


def shade_weight(one: Image.Image, other: Image.Image) -> Weight:
    """Return `looks` for pictures that differ by shades nobody sees, else `words`."""
    if one.size != other.size:
        return "words"
    both = (picture.convert("RGBA") for picture in (one, other))
    bands = ImageChops.difference(*both).getextrema()
    return "looks" if max(int(top) for _, top in bands) <= SHADES else "words"  # type: ignore[misc]


def opened(content: bytes) -> tuple[Image.Image, str]:
    """Return a picture decoded, and its format and size in words.

    Raises
    ------
    Unreadable
        It is none, has several frames, or more pixels than are decoded.
    """
    try:
        picture = Image.open(BytesIO(content), formats=_FORMATS)
        said = f"{picture.format} {picture.width}×{picture.height}"
        if picture.width * picture.height > PIXELS:
            raise Unreadable(said, "too_large")
        if getattr(picture, "n_frames", 1) != 1:
            raise Unreadable(said, "frames")
        picture.load()
    except Image.DecompressionBombError as error:
        raise Unreadable("DecompressionBombError", "too_large") from error
    except (OSError, ValueError, SyntaxError, MemoryError, OverflowError) as error:
        raise Unreadable(type(error).__name__) from error
    return picture, said
