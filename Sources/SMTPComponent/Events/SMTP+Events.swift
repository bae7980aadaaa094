// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

extension SMTP {
    /// The events from now on, in the order in which they happen.
    ///
    /// Each call gives a sequence of its own, which ends with the component. A reader who is more than 10,000 events behind
    /// loses the oldest.
    public var events: AsyncStream<SMTPEvent> { delivery.makeSequence() }

    /// Called for every event, before the closure of its own: what the procedural interface stands on.
    package var onEvent: (@Sendable (SMTPEvent) -> Void)? {
        get { delivery.callbacks.all }
        set { delivery.set { $0.all = newValue } }
    }

    /// Called when a connection was made or has ended: what happened, a code (0 for no error) and its text.
    public var onConnectionStatus: (@Sendable (String, Int, String) -> Void)? {
        get { delivery.callbacks.connectionStatus }
        set { delivery.set { $0.connectionStatus = newValue } }
    }

    /// Called when the text of a message has been transferred.
    public var onEndTransfer: (@Sendable (Direction) -> Void)? {
        get { delivery.callbacks.endTransfer }
        set { delivery.set { $0.endTransfer = newValue } }
    }

    /// Called for an error that does not end the delivery: its code and its text.
    public var onError: (@Sendable (Int, String) -> Void)? {
        get { delivery.callbacks.error }
        set { delivery.set { $0.error = newValue } }
    }

    /// Called for each address that ``expand(_:)`` brings.
    public var onExpand: (@Sendable (String) -> Void)? {
        get { delivery.callbacks.expand }
        set { delivery.set { $0.expand = newValue } }
    }

    /// Called for each line of the protocol, passwords and messages left out.
    public var onPITrail: (@Sendable (Direction, String) -> Void)? {
        get { delivery.callbacks.piTrail }
        set { delivery.set { $0.piTrail = newValue } }
    }

    /// Called when the transfer of a message's text begins.
    ///
    /// Not called for a message without text.
    public var onStartTransfer: (@Sendable (Direction) -> Void)? {
        get { delivery.callbacks.startTransfer }
        set { delivery.set { $0.startTransfer = newValue } }
    }

    /// Called while the text is transferred: the bytes so far, and the percentage, -1 when that is not known.
    public var onTransfer: (@Sendable (Direction, Int64, Int) -> Void)? {
        get { delivery.callbacks.transfer }
        set { delivery.set { $0.transfer = newValue } }
    }
}
