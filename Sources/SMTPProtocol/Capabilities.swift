// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What a server announced in its answer to EHLO.
///
/// Keywords and mechanisms are compared without regard to case; unknown keywords are ignored; the old form
/// `AUTH=LOGIN` counts as `AUTH LOGIN`. A value that cannot be read is as if it were not there.
///
/// - SeeAlso: RFC 5321 §4.1.1.1
package struct Capabilities: Hashable, Sendable {
    private static let mechanismLimit = 64

    private var extensions: Set<ServiceExtension>
    /// The largest message in bytes the server accepts; nil when it names no limit (RFC 1870 §4).
    package let sizeLimit: Int64?
    /// The names of the SASL mechanisms in upper case, in the server's order.
    package let authMechanisms: [String]
    /// The limits of transactions and sessions (RFC 9422).
    package let limits: ServiceLimits

    /// Of a server that announced nothing, or was greeted with HELO.
    package static let none = Capabilities(
        extensions: [],
        sizeLimit: nil,
        authMechanisms: [],
        limits: .none
    )

    private init(
        extensions: Set<ServiceExtension>,
        sizeLimit: Int64?,
        authMechanisms: [String],
        limits: ServiceLimits
    ) {
        self.extensions = extensions
        self.sizeLimit = sizeLimit
        self.authMechanisms = authMechanisms
        self.limits = limits
    }

    /// Reads the answer to EHLO; its first line is the server's name.
    package init(ehlo reply: Reply) {
        var extensions: Set<ServiceExtension> = []
        var sizeLimit: Int64?
        var mechanisms: [String] = []
        var limits = ServiceLimits.none
        for line in reply.lines.dropFirst() {
            var words = Self.words(line)
            if let first = words.first?.utf8, first.starts(with: "AUTH=".utf8) {
                words.replaceSubrange(0..<1, with: ["AUTH", Substring(first.dropFirst(5))])
            }
            guard let keyword = words.first, let announced = ServiceExtension(rawValue: String(keyword))
            else { continue }
            extensions.insert(announced)
            switch announced {
            case .limits: limits = ServiceLimits(words.dropFirst())
            case .size: sizeLimit = words.dropFirst().first.flatMap(Self.positiveNumber)
            case .authentication:
                for name in words.dropFirst()
                where Self.isMechanismName(name) && mechanisms.count < Self.mechanismLimit {
                    if !mechanisms.contains(String(name)) { mechanisms.append(String(name)) }
                }
            default: break
            }
        }
        self.init(
            extensions: extensions,
            sizeLimit: sizeLimit,
            authMechanisms: mechanisms,
            limits: limits
        )
    }

    /// Whether the server announced the extension.
    package func supports(_ serviceExtension: ServiceExtension) -> Bool {
        extensions.contains(serviceExtension)
    }

    /// The same but for some extensions, as if they had not been announced.
    func without(_ ignored: Set<ServiceExtension>) -> Capabilities {
        var changed = self
        changed.extensions.subtract(ignored)
        return changed
    }

    /// The words of a line, their ASCII letters in upper case: some others would become ASCII by that.
    private static func words(_ line: String) -> [Substring] {
        let bytes = line.utf8.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 0x20 : $0 }
        return String(decoding: bytes, as: UTF8.self).utf8.split(separator: UInt8(ascii: " ")).map(
            Substring.init
        )
    }

    /// A decimal number above zero; zero means "no limit" in SIZE.
    private static func positiveNumber(_ text: Substring) -> Int64? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int64(text).flatMap { $0 > 0 ? $0 : nil }
    }

    /// `sasl-mech` of RFC 4422 §3.1: up to twenty capital letters, digits, hyphens and underscores.
    private static func isMechanismName(_ text: Substring) -> Bool {
        (1...20).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
