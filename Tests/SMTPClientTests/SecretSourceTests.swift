// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import MailTestKit
import Testing

@testable import SMTPClient

struct SecretSourceTests {
    @Test(
        "A secret is one line of text; the line end after it does not belong to it",
        arguments: [
            ("hunter2", "hunter2"), ("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"), (" a b ", " a b "),
            ("pässword", "pässword"),
        ]
    )
    func content(bytes: String, secret: String) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("password", bytes)
        #expect(try SecretSource.file(path).read(credentials: nil).value == secret)
    }

    @Test(
        "A secret with a line break, NUL or another control in it is refused",
        arguments: ["a\nb", "a\nb\n", "a\n\n", "a\rb", "a\0b", "a\tb", "\u{7F}", "a\u{85}b", "a\u{2028}b"]
    )
    func T20_controlsInSecret(bytes: String) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("password", bytes)
        let error = try #require(throws: SecretError.self) {
            try SecretSource.file(path).read(credentials: nil)
        }
        #expect(
            error.summary
                == "\(path) is more than one line of text: line breaks and controls cannot be part of a secret"
        )
    }

    @Test("An empty secret, one that is no text and one that is too long are refused")
    func unusable() throws {
        let folder = try TemporaryDirectory()
        func problem(_ path: String) throws -> String {
            try #require(throws: SecretError.self) { try SecretSource.file(path).read(credentials: nil) }
                .summary
        }
        #expect(try problem(folder.write("empty", "")).hasSuffix("is empty"))
        #expect(try problem(folder.write("newline", "\n")).hasSuffix("is empty"))
        #expect(try problem(folder.write("binary", Data([0xFF, 0xFE]))).hasSuffix("is not UTF-8 text"))
        let long = try folder.write("long", String(repeating: "x", count: 65_537))
        #expect(try problem(long).hasSuffix("is longer than 65536 bytes: is it the right file?"))
        #expect(try problem(folder.path + "/missing").hasSuffix("/missing: No such file or directory"))
        #expect(try problem(folder.path).hasSuffix("is not a regular file"))
    }

    @Test("A FIFO in place of the file is refused at once")
    func fifo() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/fifo"
        #expect(mkfifo(path, 0o600) == 0)
        let error = try #require(throws: SecretError.self) {
            try SecretSource.file(path).read(credentials: nil)
        }
        #expect(error.summary == "\(path) is not a regular file")
    }

    @Test(
        "A file that its group or others may read or write is refused",
        arguments: [
            (0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false), (0o602, false),
            (0o644, false),
        ]
    )
    func T29_openFiles(mode: Int, isPrivate: Bool) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("password", "hunter2", mode: mode)
        let source = SecretSource.file(path)
        if isPrivate {
            #expect(try source.read(credentials: nil).value == "hunter2")
        } else {
            let error = try #require(throws: SecretError.self) { try source.read(credentials: nil) }
            #expect(
                error.summary
                    == "\(path) is open to others than its owner (mode \(String(mode, radix: 8))): chmod 600 it"
            )
        }
    }

    @Test("In the credentials directory the service manager decides who may read")
    func credentialModes() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("relay-password", "hunter2\n", mode: 0o440)
        #expect(
            try SecretSource.credential("relay-password").read(credentials: folder.path).value == "hunter2"
        )
        #expect(try SecretSource.file(path).read(credentials: folder.path).value == "hunter2")

        // Not what is reached from there by going up, nor a neighbour of similar name.
        let inner = folder.path + "/inner"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        #expect(throws: SecretError.self) {
            try SecretSource.file(inner + "/../relay-password").read(credentials: inner)
        }
        #expect(throws: SecretError.self) {
            try SecretSource.file(path).read(credentials: String(folder.path.dropLast()))
        }
    }

    @Test(
        "A credential has a name, not a path",
        arguments: ["../secret", "a/b", "/etc/shadow", ".", "..", ".hidden", "a b", "a\n", ""]
    )
    func credentialNames(name: String) throws {
        let folder = try TemporaryDirectory()
        let error = try #require(throws: SecretError.self) {
            try SecretSource.credential(name).read(credentials: folder.path + "/inner")
        }
        #expect(error.summary.contains("is no credential name"))
    }

    @Test("A credential that is not there is told with what passes credentials")
    func noCredential() throws {
        let folder = try TemporaryDirectory()
        for credentials in [nil, folder.path] {
            let error = try #require(throws: SecretError.self) {
                try SecretSource.credential("smtp-login").read(credentials: credentials)
            }
            #expect(
                error.summary
                    == "there is no credential smtp-login: LoadCredential=smtp-login:… in the unit passes it when the service "
                    + "starts (as installed, relay-password from /etc/credstore/smtpqd.relay-password)"
            )
        }
    }

    @Test("A refused file is closed again")
    func descriptors() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("password", "hunter2", mode: 0o644)
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        for _ in 0..<10 { _ = try? SecretSource.file(path).read(credentials: nil) }
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == target
        }
        #expect(open.isEmpty)
    }
}

extension TemporaryDirectory {
    /// Writes a file with a mode and returns its path.
    fileprivate func write(_ name: String, _ content: Data, mode: Int = 0o600) throws -> String {
        try content.write(to: URL(filePath: file(name)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
        return file(name)
    }

    /// Writes a text file with a mode and returns its path.
    fileprivate func write(_ name: String, _ content: String, mode: Int = 0o600) throws -> String {
        try write(name, Data(content.utf8), mode: mode)
    }
}
