# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Reports as others read them: Python's email package, and flufl.bounce, which mailing lists use."""

import email
import email.policy
import json
import subprocess

PYTHON = "/usr/bin/python3"
SCAN = """\
import email, json, sys
from flufl.bounce import all_failures
temporary, permanent = all_failures(email.message_from_binary_file(sys.stdin.buffer))
json.dump({"temporary": sorted(map(bytes.decode, temporary)), "permanent": sorted(map(bytes.decode, permanent))}, sys.stdout)
"""


def failures(data):
    """The recipients that flufl.bounce takes for failed in a report: `temporary` and `permanent`."""
    result = subprocess.run([PYTHON, "-c", SCAN], input=data, capture_output=True, timeout=60, check=True)
    return json.loads(result.stdout)


class Report:
    """A report, taken apart."""

    def __init__(self, data):
        self.data = data
        self.message = email.message_from_bytes(data, policy=email.policy.default)
        assert self.message.get_content_type() == "multipart/report", self.message.get_content_type()
        assert self.message.get_param("report-type") == "delivery-status"
        assert not self.message.defects, self.message.defects
        self.text, self.status, self.returned = self.message.iter_parts()

    def raw(self, name):
        """The bytes of the part of a type, without its header."""
        boundary = self.message.get_boundary().encode()
        for part in self.data.replace(b"\r\n", b"\n").split(b"\n--" + boundary):
            head, _, body = part.partition(b"\n\n")
            if b"content-type: " + name.encode() in head.lower():
                return body
        raise AssertionError(f"no part of {name}")

    def fields(self):
        """The fields of the status part: those of the message, and those of each recipient."""
        blocks = self.raw(self.status.get_content_type()).strip(b"\n").split(b"\n\n")
        return [dict(email.message_from_bytes(each, policy=email.policy.default).items()) for each in blocks]
