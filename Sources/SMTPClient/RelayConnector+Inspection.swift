// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
package import SMTPProtocol
internal import Synchronization

// What people ask of a relay without sending it anything.
extension RelayConnector {
    /// The addresses that a connection may be made to, in the order in which they are tried.
    ///
    /// - Throws: ``RelayFault`` when there is none.
    package func addresses() async throws(RelayFault) -> [String] {
        try await routes(until: .now() + connectTimeout).map(\.description)
    }

    /// The certificates that the relay shows, its own first.
    ///
    /// A handshake is begun, and refused once they were seen: whether they are to be trusted ``connect()`` tells.
    ///
    /// - Throws: ``RelayFault`` when none was seen.
    package func certificates() async throws(RelayFault) -> [CertificateFacts] {
        let seen = Mutex<[CertificateFacts]>([])
        let fault: RelayFault
        do throws(RelayFault) {
            let connection = try await connect { chain in seen.withLock { $0 = chain } }
            await connection.close()
            return seen.withLock(\.self)
        } catch {
            fault = error
        }
        let certificates = seen.withLock(\.self)
        guard !certificates.isEmpty else { throw fault }
        return certificates
    }
}
