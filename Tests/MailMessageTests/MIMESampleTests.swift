// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import Testing

@testable import MailMessage

@Suite("Composed and re-encoded messages")
struct MIMESampleTests {
    @Test("are read back by our own reader")
    func ownReader() throws {
        for sample in MIMESamples.all {
            #expect(try sample.expectation().problems(in: sample.message) == [], "\(sample.name)")
        }
    }

    @Test("are ASCII in lines of at most 998 bytes, ended by CRLF, and have no Bcc")
    func wire() {
        for sample in MIMESamples.all {
            #expect(ContentProfile(of: sample.message[...]).fits7Bit, "\(sample.name)")
            let lines = sample.message.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
            #expect(lines.allSatisfy { $0.last == 0x0D && !$0.dropLast().contains(0x0D) })
            #expect(!HeaderBlock(parsing: sample.message).has("Bcc"))
        }
    }

    /// The samples and what must be found in them as files, in a folder that `SMTPQ_MIME_SAMPLES` names or a new one.
    @Test("Python's email package reads as they should be, without a defect", .timeLimit(.minutes(2)))
    func python() async throws {
        let named = ProcessInfo.processInfo.environment["SMTPQ_MIME_SAMPLES"]
        let folder =
            named.map { URL(filePath: $0) }
            ?? FileManager.default.temporaryDirectory.appending(path: "mime-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { if named == nil { try? FileManager.default.removeItem(at: folder) } }
        for sample in MIMESamples.all {
            try Data(sample.message).write(to: folder.appending(path: sample.name + ".eml"))
            let expectation = try JSONEncoder().encode(sample.expectation())
            try expectation.write(to: folder.appending(path: sample.name + ".json"))
        }
        for (index, pair) in MIMESamples.pairs.enumerated() {
            try Data(pair.before).write(to: folder.appending(path: "\(index).before"))
            try Data(pair.after).write(to: folder.appending(path: "\(index).after"))
        }
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let script = tests.appending(path: "IntegrationTests/kit/read_messages.py")
        let (status, output) = try await run("/usr/bin/python3", [script.path, folder.path])
        #expect(status == 0, "\(output)")
        let counts = "\(MIMESamples.all.count) messages read, \(MIMESamples.pairs.count) compared"
        #expect(output.contains(counts), "\(output)")
        #expect(MIMESamples.pairs.count > 250)
    }

    /// Runs a program to its end, on a thread of its own.
    private func run(_ program: String, _ arguments: [String]) async throws -> (status: Int32, output: String)
    {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                do {
                    try process.run()
                    let output = pipe.fileHandleForReading.readDataToEndOfFile()
                    process.waitUntilExit()
                    let text = String(decoding: output, as: UTF8.self)
                    continuation.resume(returning: (process.terminationStatus, text))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
