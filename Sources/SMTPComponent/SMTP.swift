// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import NIOPosix
internal import SMTPClient
internal import SMTPProtocol
internal import Synchronization

/// Sends mail to a server, at once or through a queue directory.
///
/// ```swift
/// let smtp = SMTP()
/// smtp.mailServer = "mail.example.com"
/// smtp.from = "app@example.com"
/// smtp.sendTo = "\"Alice\" <alice@example.net>"
/// smtp.subject = "Your order"
/// smtp.messageText = "It is on its way.\r\n"
/// try await smtp.send()
/// ```
///
/// ## Threads
///
/// All members may be used from any thread and any task at any time. One method runs at a time; a second one fails with
/// 166 and disturbs nothing. A method works with the properties as they were when it began: what is changed meanwhile
/// counts for the next one. ``interrupt()`` stops the method that runs; so does cancelling the task that called it.
///
/// ## Properties that cannot be set
///
/// A property that is set to what it cannot have, or that cannot be changed now, keeps its value. The error stands in
/// ``lastError`` at once, and the next method throws it before it does anything. So nothing is ever sent with a value
/// that was not meant.
public final class SMTP: Sendable {
    struct State {
        var members = MemberStore()
        var session: EngineSession?
        /// The method that runs.
        var running: RunningMethod?
        /// The error of a property that could not be set, for the next method.
        var refused: SMTPError?
        var lastError: SMTPError?
    }

    let state = Mutex(State())
    let delivery = EventDelivery()
    let trail: ProtocolTrail
    let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    /// A component with every property at its initial value.
    public init() {
        trail = ProtocolTrail(delivery)
    }

    /// The last error: of a method, or of a property that could not be set; nil when there was none.
    public var lastError: SMTPError? { state.withLock(\.lastError) }
}
