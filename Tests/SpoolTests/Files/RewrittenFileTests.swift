// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import Glibc
import MailTestKit
import Testing

@testable import Spool

@Suite("A file that is written again and again")
struct RewrittenFileTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func content(of name: String) throws -> String {
        try String(contentsOfFile: folder.file(name), encoding: .utf8)
    }

    @Test("is replaced as a whole, can be read by everybody, and nothing is left beside it")
    func replaced() throws {
        let path = folder.file("x.prom")
        try RewrittenFile.write("one\n", to: path)
        let reader = open(path, O_RDONLY)
        defer { close(reader) }
        try RewrittenFile.write("two\n", to: path)
        var old = [UInt8](repeating: 0, count: 16)
        #expect(read(reader, &old, 16) == 4)
        #expect(old.starts(with: Array("one\n".utf8)))
        #expect(try content(of: "x.prom") == "two\n")
        #expect(try folder.names() == ["x.prom"])
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o644)
    }

    @Test("takes the place of a link, and leaves alone what the link leads to")
    func link() throws {
        try folder.write("precious", to: "other")
        #expect(symlink(folder.file("other"), folder.file("x.prom")) == 0)
        try RewrittenFile.write("one\n", to: folder.file("x.prom"))
        #expect(try content(of: "other") == "precious")
        #expect(try content(of: "x.prom") == "one\n")
    }

    @Test("that cannot be written is an error that names it")
    func faults() throws {
        #expect(mkdir(folder.file("folder"), 0o755) == 0)
        for (path, name) in [(folder.file("missing/x.prom"), "missing"), (folder.file("folder"), "folder")] {
            do throws(SpoolError) {
                try RewrittenFile.write("one\n", to: path)
                Issue.record("\(path) was written")
            } catch {
                #expect(error.summary.contains(name))
            }
        }
        #expect(try folder.names() == ["folder"])
    }
}
