// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import MailTestKit
import Testing

@testable import SMTPClient

@Suite(.timeLimit(.minutes(2))) struct TokenSourceTests {
    private func summary(_ words: [String], timeLimit: Duration = .seconds(60)) async throws -> String {
        let command = try #require(SecretCommand(words, timeLimit: timeLimit))
        let error = await #expect(throws: SecretError.self) { _ = try await command.run() }
        return error?.summary ?? "no error"
    }

    @Test("A file is read each time")
    func readAnew() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.file("token")
        let source = TokenSource.kept(.file(path))
        for token in ["first", "second"] {
            try folder.write(token + "\n", to: "token")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            #expect(try await source.token().value == token)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        await #expect(throws: SecretError.self) { _ = try await source.token() }
    }

    @Test("A command's arguments reach it as they stand")
    func noShell() async throws {
        let argument = "$(id); `id` | \"x\" ; echo ' * \\"
        let command = try #require(
            SecretCommand(["/usr/bin/printf", "%s", argument], timeLimit: .seconds(60))
        )
        #expect(try await TokenSource.command(command).token().value == argument)
    }

    @Test("A command that is no absolute path is none", arguments: [[], ["fetch-token"], ["./x"], [""]])
    func relativePath(words: [String]) {
        #expect(SecretCommand(words) == nil)
    }

    @Test("A command that fails tells the first line of its errors, made printable")
    func failure() async throws {
        let script = "import sys; sys.stderr.write('sealed \\x1b[1m vault\\nsecond line\\n'); sys.exit(3)"
        let text = try await summary(["/usr/bin/python3", "-c", script])
        #expect(text.hasPrefix("/usr/bin/python3 failed"))
        #expect(text.hasSuffix(": sealed \\x1b[1m vault"))
        #expect(text.contains("3"))
    }

    @Test("A command that is not there, or that may not be run, is told")
    func notThere() async throws {
        #expect(try await summary(["/nonexistent/token"]).hasPrefix("/nonexistent/token cannot be run: "))
        #expect(try await summary(["/etc/passwd"]).hasPrefix("/etc/passwd cannot be run: "))
    }

    @Test("A command that prints nothing, several lines or too much gives no token")
    func unusableOutput() async throws {
        #expect(try await summary(["/bin/true"]) == "the output of /bin/true is empty")
        #expect(
            try await summary(["/usr/bin/printf", "a\nb\n"]).hasPrefix(
                "the output of /usr/bin/printf is more than one line"
            )
        )
        #expect(try await summary(["/usr/bin/yes"]) == "/usr/bin/yes prints more than 16384 bytes")
        #expect(
            try await summary(["/usr/bin/head", "-c", "16385", "/dev/zero"]).hasPrefix(
                "/usr/bin/head prints more than"
            )
        )
    }

    @Test("A command that takes too long is ended, with all that it has started")
    func timeLimit() async throws {
        let script = """
            import os, time
            if os.fork() == 0:
                time.sleep(3600)
            time.sleep(3600)
            """
        let text = try await summary(["/usr/bin/python3", "-c", script], timeLimit: .seconds(1))
        #expect(text == "/usr/bin/python3 does not end within 1.0 seconds")
    }
}
