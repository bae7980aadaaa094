// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import Spool

/// A queue directory of a test, with files of a few bytes, removed with the value.
final class ScratchQueue {
    /// The directory.
    let path: String
    /// The directory, opened.
    let queue: QueueDirectory

    /// Makes one with these files.
    init(_ names: [String]) throws {
        var template = Array("/tmp/smtpq-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SpoolError(.host, "mkdtemp: \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        queue = try QueueDirectory.open(path)
        for name in names { try write(name, "From: a@b.example\nTo: c@d.example\n\nx\n") }
    }

    /// Writes a file.
    func write(_ name: String, _ text: String) throws {
        guard let file = fopen(path + "/" + name, "w") else { throw SpoolError(.host, "fopen: \(errno)") }
        fputs(text, file)
        fclose(file)
    }

    /// The names in it, in order.
    var names: [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    deinit {
        for name in names { unlink(path + "/" + name) }
        rmdir(path)
    }
}
