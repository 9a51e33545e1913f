"""Read a rendered page: its tags, what stands in them, and what must not."""

from html.parser import HTMLParser

TEXT_OF = ("script", "style")


class Page(HTMLParser):
    """Every start tag with its attributes, in order; the text of scripts and styles; all text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.inline, self.words, self._open = [], [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._open = tag if tag in TEXT_OF else ""

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self._open = ""

    def handle_data(self, data):
        (self.inline if self._open else self.words).append(data)

    def all(self, tag, **attrs):
        return [given for name, given in self.tags if name == tag and attrs.items() <= given.items()]

    def classed(self, name):
        return [(tag, given) for tag, given in self.tags if name in (given.get("class") or "").split()]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def against_the_policy(self):
        """What a Content Security Policy of 'self' would block: inline styles and scripts, handlers, foreign sources."""
        found = [text for text in self.inline if text.strip()]
        for tag, given in self.tags:
            found += [(tag, name) for name in given if name == "style" or name.startswith("on")]
            found += [(tag, given[name]) for name in ("src", "href") if _foreign(tag, given.get(name))]
        return found


def _foreign(tag, address):
    address = (address or "").strip().lower()
    if address.startswith(("javascript:", "data:", "vbscript:")):
        return True
    return tag != "a" and address.startswith(("http:", "https:", "//"))
