// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import SMTPProtocol
internal import Synchronization

/// Makes the TLS context of a relay and keeps it: making one reads and parses all trusted certificates.
///
/// It is made anew when one of its files has changed, and when it is older than an hour: so renewed certificates, and
/// changes to the system's store, take effect without a restart. Thread-safe.
final class TLSContextSource: Sendable {
    private struct Kept {
        let context: NIOSSLContext
        let stamps: [FileStamp]
        let made: NIODeadline
    }

    private static let maxAge = TimeAmount.hours(1)

    private let settings: TLSSettings
    private let kept = Mutex<Kept?>(nil)

    init(_ settings: TLSSettings) {
        self.settings = settings
    }

    /// The context.
    ///
    /// Files are read on a thread that may block.
    func context() async throws(RelayFault) -> NIOSSLContext {
        do {
            return try await NIOThreadPool.singleton.runIfActive { try self.currentContext() }
        } catch let fault as RelayFault {
            throw fault
        } catch {
            throw .local("TLS cannot be set up: \(error)", in: .tlsHandshake)
        }
    }

    private func currentContext() throws(RelayFault) -> NIOSSLContext {
        let paths = [settings.trustedCertificatesFile, settings.certificateFile, settings.privateKeyFile]
        let stamps = paths.compactMap { $0.map(FileStamp.init(path:)) }
        let now = NIODeadline.now()
        if let kept = kept.withLock(\.self), kept.stamps == stamps, now - kept.made < Self.maxAge {
            return kept.context
        }
        let context = try TLSContextFactory(settings: settings).makeContext()
        kept.withLock { $0 = Kept(context: context, stamps: stamps, made: now) }
        return context
    }
}
