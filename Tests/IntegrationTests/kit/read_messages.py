# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Read messages with Python's `email` package and compare them with what they should hold.

    read_messages.py FOLDER     each NAME.eml with the expectation in NAME.json,
                                each NAME.after with the NAME.before that it was re-encoded from
"""

import base64
import email
import email.policy
import json
import pathlib
import sys


def lines(text):
    """Text with one kind of line end, and one at its end."""
    text = text.replace("\r\n", "\n")
    return text if not text or text.endswith("\n") else text + "\n"


def names(mailboxes):
    """Mailboxes as they are compared: this package keeps the blanks between the encoded words of one name."""
    return [[name.replace(" ", "") if len(name) > 60 else name, address] for name, address in mailboxes]


def header_problems(message, expected):
    for name, value in expected["headers"].items():
        found = message.get_all(name, [])
        if [str(each) for each in found] != [value]:
            yield f"{name}: {[str(each) for each in found]!r}, expected {value!r}"
    for name, mailboxes in expected["addresses"].items():
        found = [[each.display_name, each.addr_spec] for each in message[name].addresses]
        if names(found) != names(mailboxes):
            yield f"{name}: {found!r}, expected {mailboxes!r}"
    if message["Bcc"] is not None:
        yield "there is a Bcc"


def leaf_problems(part, expected):
    found = {"type": part.get_content_type(), "fileName": part.get_filename(), "contentID": part["Content-ID"]}
    for name, value in found.items():
        if value != expected.get(name):
            yield f"{name} {value!r}, expected {expected.get(name)!r}"
    if "text" in expected and lines(part.get_content()) != lines(expected["text"]):
        yield f"text {part.get_content()!r}, expected {expected['text']!r}"
    if "data" in expected and part.get_payload(decode=True) != base64.b64decode(expected["data"]):
        yield "the bytes differ"


def problems(path):
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    expected = json.loads(path.with_suffix(".json").read_text())
    for part in message.walk():
        yield from (f"defect: {each!r}" for each in part.defects)
        for name, value in part.items():
            yield from (f"defect in {name}: {each!r}" for each in getattr(value, "defects", ()))
    yield from header_problems(message, expected)
    leaves = [part for part in message.walk() if not part.is_multipart()]
    if len(leaves) != len(expected["leaves"]):
        yield f"{len(leaves)} parts, expected {len(expected['leaves'])}"
    for part, leaf in zip(leaves, expected["leaves"]):
        yield from leaf_problems(part, leaf)


def contents(path):
    """The type of each part and what it holds, text with one kind of line end."""
    for part in email.message_from_bytes(path.read_bytes()).walk():
        content = part.get_payload(decode=True) or b""
        is_text = part.get_content_maintype() == "text"
        yield part.get_content_type(), content.replace(b"\r\n", b"\n") if is_text else content


def changes(path):
    before, after = list(contents(path.with_suffix(".before"))), list(contents(path))
    if before != after:
        yield f"{after!r}, before {before!r}"


def main():
    folder = pathlib.Path(sys.argv[1])
    composed, reencoded = sorted(folder.glob("*.eml")), sorted(folder.glob("*.after"))
    found = [f"{path.stem}: {problem}" for path in composed for problem in problems(path)]
    found += [f"{path.stem}: {change}" for path in reencoded for change in changes(path)]
    print("\n".join(found or [f"{len(composed)} messages read, {len(reencoded)} compared"]))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
