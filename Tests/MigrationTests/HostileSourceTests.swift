// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import Testing

@testable import Migration

/// Whatever stands in a configuration of another program: a translation that the daemon can load, or an error.
struct HostileSourceTests {
    private static let seeds = [
        "smtp.example.com smtp --port=587 --starttls --user=u --pass='p q' --x509certfile=/c\n",
        "defaults\ntls on\naccount a : b,c\nhost smtp.example.com\nauth external\nuser u\npassword p\nfrom @x.example\n",
        "mailhub=smtp.example.com:465\nUseTLS=YES\nAuthUser=u\nAuthPass=p\nhostname=h\nTLSKey=/k\n",
        "relayhost = [smtp.example.com]:587\nsmtp_tls_security_level = may\nsmtp_sasl_auth_enable = yes\n"
            + "smtp_sasl_password_maps = hash:/f\nsender_dependent_relayhost_maps = hash:/f\n${a\n",
        "[smtp.example.com]:587 u:p\n@x.example [b.example]:25\na@b.example smtp:[c.example]\n",
    ]
    private static let pieces = [
        "\"", "'", "\\", "$", "${", "}", "\n", "\r", "\0", "\u{1B}[2J", "\u{2028}", "=", ":", "[", "]", "@",
        "#", " ", "\t", "-1",
        "99999999999999999999", "é", "\u{202E}", "<>", "account default : a\n", "tls_cert_file /x\n",
        "port=70000", "%",
    ]

    @Test("A translation of anything loads, and shows no secret and no control")
    func anything() throws {
        var generator = SystemRandomNumberGenerator()
        for round in 0..<400 {
            var text = Self.seeds[round % Self.seeds.count]
            for _ in 0..<(round % 7) {
                let scalars = Array(text)
                let place = Int.random(in: 0...scalars.count, using: &generator)
                let removed = min(scalars.count - place, Int.random(in: 0...3, using: &generator))
                text =
                    String(scalars[..<place]) + Self.pieces.randomElement(using: &generator)!
                    + String(scalars[(place + removed)...])
            }
            let files = SourceFiles.invented([
                "/f": text, "/d/remotes": text, "/d/helohost": text, "/revaliases": text,
            ])
            for read in [
                { try NullmailerReader.translation(of: "/d", files: files) },
                { try MSMTPReader.translation(of: "/f", files: files) },
                { try SSMTPReader.translation(of: "/f", files: files) },
                { try PostfixReader.translation(of: "/f", files: files) },
            ] as [() throws -> Translation] {
                let translation: Translation
                do { translation = try read() } catch is MigrationError { continue }
                do {
                    let found = try Translated(translation)
                    #expect(
                        !found.text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" },
                        "\(text.debugDescription)"
                    )
                } catch {
                    Issue.record("\(error): \(text.debugDescription)")
                }
            }
        }
    }

    @Test("A description of a translation shows no secret")
    func T29_hiddenSecrets() throws {
        let files = SourceFiles.invented(["/f": "mailhub=a.example\nAuthUser=u\nAuthPass=hunter2\n"])
        let translation = try SSMTPReader.translation(of: "/f", files: files)
        var dumped = ""
        dump(translation, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(!(try Translated(translation).text.contains("hunter2")))
    }

    @Test("A source that is no regular file, no text or too long is refused")
    func unusable() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "smtpqd-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data([0xFF, 0xFE]).write(to: URL(filePath: folder + "/binary"))
        try Data(count: (1 << 20) + 1).write(to: URL(filePath: folder + "/long"))
        #expect(mkfifo(folder + "/fifo", 0o600) == 0)
        for (name, words) in [
            ("", "regular"), ("/binary", "UTF-8"), ("/long", "1 MiB"), ("/fifo", "regular"),
            ("/none", "no such"),
        ] {
            let error = #expect(throws: MigrationError.self) { try SourceFiles.actual.text(folder + name) }
            #expect(error?.summary.contains(words) == true, "\(name)")
        }
    }
}
