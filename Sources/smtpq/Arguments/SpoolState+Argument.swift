// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import Spool

/// A state is named on the command line as it is in the directory: `queued`, `failed`, …
extension SpoolState: ExpressibleByArgument {}
