// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The kinds of event that the delivery logs, each with the journal's MESSAGE_ID, so that one kind can be searched for
/// and explained by the message catalog.
package enum LogEventKind: String, CaseIterable, Sendable {
    /// A recipient's mail was accepted by the relay.
    case delivered = "e93c4da1578f4e309f37cf2fd299cbff"
    /// A recipient's mail was refused for now and is tried again.
    case deferred = "cbde8188176745de867dabf5f052b8bf"
    /// A recipient's mail was given up.
    case failed = "7f70641a26974292a4294d1ff15df9f9"
    /// The connection was lost after the end of the content and before its answer: a second copy is possible.
    case unconfirmed = "30d12468bd11485b9edd8aed2e2f4685"
    /// The relay cannot be used; mail waits without an attempt being counted.
    case relayDown = "69bbb5d0d1604858a17fe12e8b9c8e65"
    /// The relay answers again.
    case relayUp = "7c7eb1b92d9647149e8ba6a3e74bac12"
    /// A report to a sender was made.
    case reported = "f209069ed48b4b58b6cac5e0552b1d19"
    /// A report was not made: the sender has had too many within the hour.
    case reportWithheld = "a46a9c7630f94bdfb38ee59f53d9e50e"
    /// A message was on its way when the last process ended: a second copy is possible.
    case recovered = "58520c3c9b9941f0ac7316e92ad87966"
    /// A queue file is not a message and became `.failed`.
    case malformed = "fa35a7ab4caf47b7ba661ac95009aeb1"
    /// A name in the queue directory is left alone because it is no regular file of its own.
    case hostile = "8a6a8caec2f04a2a87a791e15bae77ea"
    /// The host itself stands in the way: disk full, no descriptors, no permission. Delivery pauses.
    case localFault = "4dec2c8e36f641329fb974182d9adf4d"
    /// The host's fault is over.
    case localFaultOver = "2f4985ff161f47b7a42bacf6c7c9cad7"
    /// Delivery was paused or resumed with the file `.paused`.
    case paused = "e82055e3b1e34016a4365e414e37597b"
}
