# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""The contenders, in the order of the tables."""

from .ceiling import Ceiling, WideCeiling
from .dma import DMA
from .exim import Exim
from .msmtpq import MSMTPQueue
from .nullmailer import Nullmailer
from .opensmtpd import OpenSMTPD
from .postfix import Postfix, TunedPostfix
from .smtpqd import SMTPQueueDaemon

ALL = (SMTPQueueDaemon, Ceiling, WideCeiling, TunedPostfix, Postfix, DMA, Nullmailer, Exim, MSMTPQueue, OpenSMTPD)
