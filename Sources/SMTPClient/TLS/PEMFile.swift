// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import NIOSSL
internal import SMTPProtocol

/// A file of certificates or of a key; reading it blocks.
struct PEMFile {
    private static let byteLimit = 16 << 20

    /// What the file holds, in the words of its error texts.
    let contents: String
    let path: String

    /// The certificates in the file: at least one.
    func certificates() throws(RelayFault) -> [NIOSSLCertificate] {
        let bytes = try read()
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw fault("it holds no certificate in PEM format")
        }
        return certificates
    }

    /// The private key in the file.
    func privateKey() throws(RelayFault) -> NIOSSLPrivateKey {
        let bytes = try read()
        guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            throw fault("it holds no private key in PEM format without a passphrase")
        }
        return key
    }

    private func read() throws(RelayFault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw fault(SystemReason.text(ofErrorNumber: errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            guard count >= 0 else {
                guard errno == EINTR else { throw fault(SystemReason.text(ofErrorNumber: errno)) }
                continue
            }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= Self.byteLimit else { throw fault("it is too large to be one") }
        }
    }

    private func fault(_ reason: String) -> RelayFault {
        .local(
            "cannot use the \(contents) in \(PrintableText(path, limitBytes: 300)): \(reason)",
            in: .tlsHandshake
        )
    }
}
