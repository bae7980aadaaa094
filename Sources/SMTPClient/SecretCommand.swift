// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Subprocess
internal import SystemPackage

/// A program that prints a secret, a password or a bearer token, on one line.
///
/// No shell has a part in it: each argument reaches the program as it stands. This is the only program that is ever
/// started.
package struct SecretCommand: Hashable, Sendable {
    private static let timeLimit = Duration.seconds(10)
    private static let outputByteLimit = 16 << 10

    /// The absolute path of the program.
    private let program: String
    private let arguments: [String]
    /// How long it may run.
    private let timeLimit: Duration

    /// A command: the absolute path of a program, then its arguments; nil when it is not that.
    package init?(_ words: [String]) {
        self.init(words, timeLimit: Self.timeLimit)
    }

    /// A command with a time limit of its own.
    init?(_ words: [String], timeLimit: Duration) {
        guard let program = words.first, program.hasPrefix("/") else { return nil }
        self.program = program
        self.timeLimit = timeLimit
        arguments = Array(words.dropFirst())
    }

    /// Runs the program, and gives what it prints.
    ///
    /// It has ended when this returns; what it has started itself is ended with it when it takes too long.
    ///
    /// - Throws: ``SecretError`` when it cannot be started, fails, takes too long or prints too much.
    func run() async throws(SecretError) -> Secret {
        do {
            return try await withThrowingTaskGroup(of: Secret?.self) { group in
                group.addTask { try await output() }
                group.addTask {
                    try await Task.sleep(for: timeLimit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let secret = try await group.next() ?? nil else {
                    throw SecretError("\(shownProgram) does not end within \(timeLimit)")
                }
                return secret
            }
        } catch let error as SecretError {
            throw error
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            throw SecretError("\(shownProgram) prints more than \(Self.outputByteLimit) bytes")
        } catch let error as SubprocessError {
            let reason = error.underlyingError.map { SystemReason.text(ofErrorNumber: $0.rawValue) }
            throw SecretError("\(shownProgram) cannot be run: \(reason ?? "no such program")")
        } catch {
            throw SecretError("\(shownProgram) was given up")
        }
    }

    private func output() async throws -> Secret {
        var options = PlatformOptions()
        // A session of its own, so that nothing of it remains.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)
        ]
        let result = try await Subprocess.run(
            .path(FilePath(program)),
            arguments: Arguments(arguments),
            platformOptions: options,
            output: .bytes(limit: Self.outputByteLimit),
            error: .bytes(limit: Self.outputByteLimit)
        )
        guard result.terminationStatus.isSuccess else {
            let line = result.standardError.prefix { $0 != UInt8(ascii: "\n") }
            let words = line.isEmpty ? "" : ": \(PrintableText(bytes: line, limitBytes: 200))"
            throw SecretError("\(shownProgram) failed (\(result.terminationStatus))\(words)")
        }
        return try Secret(line: result.standardOutput, of: "the output of \(shownProgram)")
    }

    private var shownProgram: String { PrintableText(program, limitBytes: 300).string }
}

extension SecretCommand: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The program alone: an argument may be a secret.
    package var description: String { shownProgram }
    /// The same as ``description``.
    package var debugDescription: String { description }
    /// The program alone.
    package var customMirror: Mirror { Mirror(self, children: ["program": shownProgram]) }
}
