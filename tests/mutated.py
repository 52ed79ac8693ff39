"""Pages of documents with one printed digit changed, to see what the number checker lets pass."""

import random
import re

_PART = re.compile(r"<(/?)(\w+)([^>]*)>|([^<]+)")
_LABEL = re.compile(r"\s*(?:[表图]\d+　|(?:Table|Figure) \d+\. )")


def digits(page):
    """Return where each printed digit of a page stands: (offset, cell or text); labels and quoted listings left out."""
    start, hidden, cells, caption, out = page.index("<main"), 0, 0, False, []
    for part in _PART.finditer(page, start):
        end, tag, about, text = part.groups()
        if tag:
            step = -1 if end else 1
            hidden += step * (tag in ("style", "script", "pre") or (tag == "a"))
            cells += step * (tag in ("td", "th"))
            caption = tag in ("caption", "figcaption") and not end
            continue
        label = _LABEL.match(text) if caption else None
        caption = False
        for place in range(label.end() if label else 0, len(text)):
            if text[place].isascii() and text[place].isdigit() and not hidden:
                out.append((part.start(4) + place, "cell" if cells else "text"))
    return out


def one_digit(page, places, dice):
    """Return the page with one of the digits changed to another at random, and the text around it."""
    at, _ = dice.choice(places)
    other = dice.choice([one for one in "0123456789" if one != page[at]])
    around = page[max(at - 30, 0) : at] + f"[{page[at]}→{other}]" + page[at + 1 : at + 30]
    return page[:at] + other + page[at + 1 :], around


def mutations(page, kind, number, seed):
    """Yield so many pages with one digit of cells or of text changed, and what was changed."""
    dice = random.Random(seed)
    places = [one for one in digits(page) if one[1] == kind]
    for _ in range(number if places else 0):
        yield one_digit(page, places, dice)
