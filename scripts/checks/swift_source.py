# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Swift source without its comments and the text of its literals, line for line."""

import re

_OPENING = re.compile(r'(?P<hashes>#*)(?P<quotes>"""|")')


def code(source):
    """Blank out comments and string literals; keep interpolated expressions and every line end."""
    return _Blanker(source).run()


class _Blanker:
    def __init__(self, source):
        self.source, self.position, self.output = source, 0, []

    def run(self):
        while self.position < len(self.source):
            self.code(stop_at_parenthesis=False)
        return "".join(self.output)

    def at(self, text):
        return self.source.startswith(text, self.position)

    def keep(self, count=1):
        self.output.append(self.source[self.position : self.position + count])
        self.position += count

    def blank(self, count=1):
        piece = self.source[self.position : self.position + count]
        self.output.append(re.sub(r"[^\n]", " ", piece))
        self.position += count

    def code(self, stop_at_parenthesis):
        depth = 0
        while self.position < len(self.source):
            if self.at("//"):
                end = self.source.find("\n", self.position)
                self.blank((end if end >= 0 else len(self.source)) - self.position)
            elif self.at("/*"):
                end = self.source.find("*/", self.position + 2)
                self.blank((end + 2 if end >= 0 else len(self.source)) - self.position)
            elif opening := _OPENING.match(self.source, self.position):
                self.literal(opening.group("hashes"), opening.group("quotes"))
            else:
                character = self.source[self.position]
                if character == "(":
                    depth += 1
                elif character == ")":
                    if stop_at_parenthesis and depth == 0:
                        return
                    depth -= 1
                self.keep()

    def literal(self, hashes, quotes):
        self.keep(len(hashes) + len(quotes))
        closing, escape = quotes + hashes, "\\" + hashes
        while self.position < len(self.source):
            if self.at(closing):
                return self.keep(len(closing))
            if quotes == '"' and self.at("\n"):
                return None
            if self.at(escape + "("):
                self.blank(len(escape) + 1)
                self.code(stop_at_parenthesis=True)
                self.blank()
            else:
                self.blank(len(escape) + 1 if self.at(escape) else 1)
        return None
