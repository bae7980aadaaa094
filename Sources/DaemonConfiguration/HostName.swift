// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// The name by which this host greets a relay.
package enum HostName {
    /// The fully qualified name where the host itself knows one, else the plain one.
    ///
    /// No name server is asked: with one that does not answer, a start or a reload would take half a minute.
    package static func fullyQualified() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard NameRules.isGreetingName(name) else { return "localhost" }
        if name.contains(".") { return name }
        return qualifiedName(of: name, hosts: beginning(of: "/etc/hosts")) ?? name
    }

    /// The domain of mail of this host: that of /etc/mailname, else ``fullyQualified()``.
    ///
    /// - SeeAlso: mailname(5) of Debian
    package static func mailName() -> String {
        let name = beginning(of: "/etc/mailname").split(whereSeparator: \.isWhitespace).first.map(String.init)
        if let name, NameRules.isHostName(name) { return name }
        return fullyQualified()
    }

    /// The domains that mean this host: its name with and without its domain, and what every host is called.
    static func names() -> [String] {
        let name = fullyQualified()
        let short = String(name.prefix { $0 != "." })
        return Array(Set([name, short, "localhost", "localhost.localdomain"])).sorted()
    }

    /// The name of a host with its domain, after a hosts(5) file.
    ///
    /// ```
    /// 127.0.1.1   app1.example.com   app1
    /// ```
    static func qualifiedName(of name: String, hosts: String) -> String? {
        for line in hosts.split(whereSeparator: \.isNewline) {
            let names = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).dropFirst()
            guard names.contains(where: { $0 == name }) else { continue }
            let qualified = names.first { $0.hasPrefix(name + ".") }.map(String.init)
            if let qualified, NameRules.isGreetingName(qualified) { return qualified }
        }
        return nil
    }

    private static func beginning(of path: String) -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        // A block list may make /etc/hosts long; the host's own line stands at the beginning.
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
