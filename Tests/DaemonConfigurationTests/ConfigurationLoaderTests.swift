// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Foundation
import SMTPClient
import Testing

@testable import DaemonConfiguration

struct ConfigurationLoaderTests {
    @Test("The files of conf.d follow the main file in the order of their names")
    func order() throws {
        let folder = try TemporaryFolder()
        let main = try folder.write("smtpqd.toml", "QueueDir = \"/srv/main\"\nMaxAge = \"1d\"\n")
        _ = try folder.write("conf.d/90-last.toml", "QueueDir = \"/srv/last\"\n")
        _ = try folder.write("conf.d/10-first.toml", "QueueDir = \"/srv/first\"\nKeepQueue = true\n" + relay)
        for ignored in ["99-old.toml.bak", ".99-hidden.toml", "README"] {
            _ = try folder.write("conf.d/" + ignored, "this is no TOML")
        }
        let delivery = try ConfigurationLoader.load(path: main).delivery
        #expect(delivery.queueDirectory == "/srv/last")
        #expect(delivery.keepQueue)
        #expect(delivery.retry.maxAge == .seconds(86_400))
    }

    @Test("A mistake in conf.d is told with its file")
    func mistakeInAddition() throws {
        let folder = try TemporaryFolder()
        let main = try folder.write("smtpqd.toml", relay)
        let addition = try folder.write("conf.d/a.toml", "\nKeepQueue = 1\n")
        let error = try #require(throws: ConfigurationError.self) { try ConfigurationLoader.load(path: main) }
        #expect(error.file == addition)
        #expect(error.position == TextPosition(line: 2, column: 1))
        #expect(error.key == "KeepQueue")
    }

    @Test("A password is read from its file, or not at all where the text alone is asked for")
    func secrets() throws {
        let folder = try TemporaryFolder()
        let password = try folder.write("password", "hunter2\n")
        let main = try folder.write("smtpqd.toml", relay + "User = \"u\"\nPasswordFile = \"\(password)\"\n")
        #expect(
            try ConfigurationLoader.load(path: main).delivery.relays[0].connection.login?.password?.value
                == "hunter2"
        )
        #expect(
            try ConfigurationLoader.load(path: main, readsSecrets: false).delivery.relays[0].connection.login?
                .password?.value == ""
        )

        try FileManager.default.removeItem(atPath: password)
        let error = try #require(throws: ConfigurationError.self) { try ConfigurationLoader.load(path: main) }
        #expect("\(error)" == "\(main):4:1: PasswordFile: cannot read \(password): No such file or directory")
        #expect(
            try ConfigurationLoader.load(path: main, readsSecrets: false).delivery.relays[0].connection.login?
                .user == "u"
        )
    }

    @Test("A client's key that others may read is refused")
    func T29_openKey() throws {
        let folder = try TemporaryFolder()
        let certificate = try folder.write("client.pem", "x", mode: 0o644)
        let key = try folder.write("client.key", "x", mode: 0o640)
        let text = relay + "TLSClientCertificate = \"\(certificate)\"\nTLSClientKey = \"\(key)\"\n"
        let main = try folder.write("smtpqd.toml", text)
        let error = try #require(throws: ConfigurationError.self) { try ConfigurationLoader.load(path: main) }
        #expect(
            "\(error)"
                == "\(main):4:1: TLSClientKey: \(key) is open to others than its owner (mode 640): chmod 600 it"
        )
    }

    @Test("A file that everybody may write is refused")
    func writableFile() throws {
        let folder = try TemporaryFolder()
        let main = try folder.write("smtpqd.toml", relay, mode: 0o666)
        let error = try #require(throws: ConfigurationError.self) { try ConfigurationLoader.load(path: main) }
        #expect("\(error)" == "\(main): can be written by everybody: chmod o-w it")
    }

    @Test("A file that is missing, no text or much too long is refused")
    func unusable() throws {
        let folder = try TemporaryFolder()
        func problem(_ path: String) throws -> String {
            "\(try #require(throws: ConfigurationError.self) { try ConfigurationLoader.load(path: path) })"
        }
        let missing = folder.path + "/missing.toml"
        #expect(try problem(missing) == "\(missing): cannot be read: No such file or directory")
        let binary = try folder.write("binary.toml", Data([0x23, 0xFF]))
        #expect(try problem(binary) == "\(binary): is not UTF-8")
        let long = try folder.write("long.toml", String(repeating: "#", count: 1 << 20) + "\n")
        #expect(try problem(long) == "\(long): is longer than 1 MiB: is it the right file?")
        #expect(try problem(folder.path) == "\(folder.path): cannot be read: Is a directory")
    }

    @Test("A file name cannot put controls into the error")
    func printableFileName() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try ConfigurationLoader.load(path: "/nowhere/a\n\u{1B}[2J")
        }
        #expect("\(error)".unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }
}
