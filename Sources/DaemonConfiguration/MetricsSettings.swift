// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Where the metrics are shown; nowhere, unless something is set.
package struct MetricsSettings: Hashable, Sendable {
    /// Where the daemon listens for requests (MetricsListen).
    package enum Listener: Hashable, Sendable {
        /// An IP address and a port.
        case address(String, port: Int)
        /// The path of a socket.
        case socket(path: String)

        /// Reads `127.0.0.1:9465`, `[::1]:9465` or an absolute path; nil when it is none of these.
        init?(_ text: String) {
            if text.hasPrefix("/") {
                // sockaddr_un takes 107 bytes and a NUL.
                guard text.utf8.count <= 107 else { return nil }
                self = .socket(path: text)
                return
            }
            guard let colon = text.lastIndex(of: ":"),
                let port = Int(text[text.index(after: colon)...]), (1...65535).contains(port)
            else { return nil }
            var host = text[..<colon]
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
            if isBracketed { host = host.dropFirst().dropLast() }
            guard NameRules.isAddress(String(host)), isBracketed == host.contains(":") else { return nil }
            self = .address(String(host), port: port)
        }
    }

    /// The file that is written for node_exporter (MetricsFile).
    package var file: String?
    /// How often it is written (MetricsInterval).
    package var interval = Duration.seconds(15)
    /// Where the daemon listens.
    package var listener: Listener?

    /// Whether anybody will see the metrics.
    package var areShown: Bool { file != nil || listener != nil }

    /// Takes the keys of one file.
    mutating func add(_ section: SectionReader) throws(ConfigurationError) {
        file = try section.absolutePath("MetricsFile") ?? file
        interval = try section.duration("MetricsInterval") ?? interval
        guard let text = try section.string("MetricsListen") else { return }
        guard let listener = Listener(text) else {
            throw section.error(
                "MetricsListen",
                "MetricsListen: expected an IP address and port such as \"127.0.0.1:9465\" or \"[::1]:9465\", or the absolute path of a socket"
            )
        }
        self.listener = listener
    }
}
