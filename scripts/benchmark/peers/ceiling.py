# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The ceiling: a bare C program that reads, sends and removes the same files."""

from .smtpqd import SMTPQueueDaemon


class Ceiling(SMTPQueueDaemon):
    """The files of smtpqd, sent without any bookkeeping."""

    key = "ceiling"
    name = "bare C program"
    enqueues = routes_by_domain = keeps_backlog = False

    def __init__(self, root, programs, connections=1):
        super().__init__(root, programs, connections)

    def delivering(self):
        return [self.programs / "ceiling", self.port, self.queue, self.connections]


class WideCeiling(Ceiling):
    """The same with more processes: what the sink and the disk can take."""

    key, name = "ceiling-4", "bare C program, 4 connections"

    def __init__(self, root, programs):
        super().__init__(root, programs, 4)
