// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// A look at the configuration that is enough to know that it says nothing of the queue.
///
/// To read it whole takes longer than to enqueue a message.
package enum ConfigurationGlance {
    private static let byteLimit = 64 << 10

    /// Whether nothing in the configuration can name another queue directory or another limit than the standard ones.
    ///
    /// True as well where there is none, or none that this user may read. A mistake elsewhere in it is not seen.
    package static func leavesStandards(_ path: String) -> Bool {
        guard access(path, R_OK) == 0 else { return true }
        let folder = (path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".") + "/conf.d"
        guard let bytes = bytes(of: path), !mentionsQueue(bytes) else { return false }
        return !hasConfiguration(folder)
    }

    /// Whether a line that is no comment could set one of the two, be its key quoted or not.
    static func mentionsQueue(_ bytes: [UInt8]) -> Bool {
        bytes.split(separator: UInt8(ascii: "\n")).contains { line in
            let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let first = text.first, first != UInt8(ascii: "#") else { return false }
            if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return true }
            return ["QueueDir", "MaxMessageSize"].contains { text.starts(with: $0.utf8) }
        }
    }

    private static func bytes(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: byteLimit) { buffer, filled in
            count = read(descriptor, buffer.baseAddress, buffer.count)
            filled = max(0, count)
        }
        return (0..<byteLimit).contains(count) ? bytes : nil
    }

    private static func hasConfiguration(_ folder: String) -> Bool {
        guard let stream = opendir(folder) else { return errno != ENOENT && errno != ENOTDIR }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name.suffix(5).elementsEqual(".toml".utf8) { return true }
        }
        return false
    }
}
