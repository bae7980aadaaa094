// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Foundation

/// Certificates made for the tests of this run, with the `openssl` command, in a directory that goes with them.
///
/// Two authorities; certificates for `localhost` that are good, expired, self-signed, or of the other authority; one for
/// another name, one without an address; and one for a client.
package final class TestCertificates: Sendable {
    /// A certificate and its key, as PEM files.
    package struct Identity: Sendable, Hashable {
        /// The certificate.
        package let certificate: String
        /// The private key.
        package let key: String
    }

    /// What went wrong in the making.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The certificates of this run.
    package static let shared = Result { try TestCertificates() }

    private let directory: TemporaryDirectory

    /// The authority that is trusted.
    package let authority: Identity
    /// An authority that is not.
    package let otherAuthority: Identity
    /// For `localhost`, 127.0.0.1 and ::1.
    package let good: Identity
    /// For `localhost`, but for no address.
    package let nameOnly: Identity
    /// For `other.example`.
    package let otherName: Identity
    /// For `localhost`, until yesterday.
    package let expired: Identity
    /// For `localhost`, signed by itself.
    package let selfSigned: Identity
    /// For `localhost`, signed by the authority that is not trusted.
    package let untrusted: Identity
    /// For a client.
    package let client: Identity

    private init() throws {
        let workshop = Workshop(directory: try TemporaryDirectory())
        directory = workshop.directory
        authority = try workshop.authority("authority", name: "Test Authority")
        otherAuthority = try workshop.authority("other-authority", name: "Other Authority")
        let addresses = "DNS:localhost,IP:127.0.0.1,IP:::1"
        good = try workshop.identity("good", names: addresses, issuer: authority)
        nameOnly = try workshop.identity("name-only", names: "DNS:localhost", issuer: authority)
        otherName = try workshop.identity("other-name", names: "DNS:other.example", issuer: authority)
        expired = try workshop.identity("expired", names: addresses, issuer: authority, days: -1)
        selfSigned = try workshop.identity("self-signed", names: addresses, issuer: nil)
        untrusted = try workshop.identity("untrusted", names: addresses, issuer: otherAuthority)
        client = try workshop.identity("client", names: "DNS:client.example", issuer: authority)
    }
}

/// Makes certificates one by one.
private struct Workshop {
    let directory: TemporaryDirectory

    func authority(_ file: String, name: String) throws -> TestCertificates.Identity {
        let made = identity(file)
        try openssl(
            [
                "req", "-x509", "-subj", "/CN=\(name)", "-days", "2", "-addext",
                "basicConstraints=critical,CA:TRUE",
            ]
                + newKey(made) + ["-out", made.certificate]
        )
        return made
    }

    func identity(
        _ file: String,
        names: String,
        issuer: TestCertificates.Identity?,
        days: Int = 2
    ) throws -> TestCertificates.Identity {
        let made = identity(file)
        let subject = ["-subj", "/CN=\(file)"]
        guard let issuer else {
            let names = ["-addext", "subjectAltName=\(names)", "-days", String(days)]
            try openssl(["req", "-x509"] + subject + names + newKey(made) + ["-out", made.certificate])
            return made
        }
        let request = directory.file("\(file).request")
        let extensions = try directory.write("subjectAltName=\(names)\n", to: "\(file).extensions")
        try openssl(["req", "-new"] + subject + newKey(made) + ["-out", request])
        try openssl(
            [
                "x509", "-req", "-in", request, "-CA", issuer.certificate, "-CAkey", issuer.key, "-days",
                String(days),
            ]
                + ["-set_serial", "0x\(String(UInt32.random(in: 1...UInt32.max), radix: 16))"]
                + ["-extfile", extensions, "-out", made.certificate]
        )
        return made
    }

    private func identity(_ file: String) -> TestCertificates.Identity {
        .init(certificate: directory.file("\(file).pem"), key: directory.file("\(file).key"))
    }

    private func newKey(_ identity: TestCertificates.Identity) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", identity.key]
    }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = String(bytes: said, encoding: .utf8) ?? ""
            throw TestCertificates.Failure(
                description: "openssl \(arguments.joined(separator: " ")): \(text)"
            )
        }
    }
}
