# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The queue directory as an application sees it: plain files."""

import json
import os
import uuid

STATES = ("queued", "sending", "sent", "failed", "held")


class QueueDirectory:
    """Drops messages, looks at states and journals. Knows nothing of the programs under test."""

    def __init__(self, path):
        self.path = path

    def drop(self, data, stem=None):
        """Write a hidden file, sync it, rename it into the queue. Returns the stem."""
        stem = stem or str(uuid.uuid4())
        hidden = self.path / f".{stem}"
        with open(hidden, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        hidden.rename(self.path / f"{stem}.queued")
        return stem

    def stems(self, state):
        """The stems of all files in a state."""
        return {name[: -len(state) - 1] for name in os.listdir(self.path) if name.endswith(f".{state}")}

    def states(self, stem):
        """The states in which a message stands now: one, or none when it is gone."""
        return [state for state in STATES if (self.path / f"{stem}.{state}").exists()]

    def counts(self):
        """How many files stand in each state."""
        names = os.listdir(self.path)
        return {state: sum(name.endswith(f".{state}") for name in names) for state in STATES}

    @property
    def waiting(self):
        """How many messages are not finished: queued or being sent."""
        names = os.listdir(self.path)
        return sum(name.endswith((".queued", ".sending")) for name in names)

    def journal(self, stem, event=None):
        """The records of a message's journal, all or of one event."""
        try:
            lines = (self.path / f"{stem}.journal").read_text().splitlines()
        except FileNotFoundError:
            return []
        records = [json.loads(line) for line in lines if line]
        return [record for record in records if event in (None, record["event"])]
