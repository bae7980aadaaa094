# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The scenarios, in the order of the tables."""

from .big_queue import BigQueue
from .bulk import Bulk
from .connections import Connections
from .drain import Drain, LargeDrain
from .enqueue import Enqueue
from .hanging_relay import HangingRelay
from .latency import Latency
from .system_calls import SystemCalls

ALL = (Drain, LargeDrain, SystemCalls, Enqueue, Bulk, Latency, BigQueue, HangingRelay, Connections)
