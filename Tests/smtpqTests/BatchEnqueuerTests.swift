// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import ArgumentParser
import Glibc
import MailMessage
import ProgramOutput
import Spool
import Testing

@testable import Submission
@testable import smtpq

@Suite("A batch of messages")
struct BatchEnqueuerTests {
    private let scratch: ScratchQueue
    private let input: ScratchQueue

    init() throws {
        scratch = try ScratchQueue([])
        input = try ScratchQueue([])
    }

    private func enqueue(_ options: String..., file: String) throws {
        let batch = BatchEnqueuer(
            try MessageEnqueuer(QueueLocation(path: scratch.path, maximumByteCount: 1000)),
            request: EnvelopeRequest(),
            key: nil
        )
        let (messages, input) = try BatchOptions.parse(options).messages(file: file) { batch.flush() }
        try batch.enqueue(messages, from: input)
    }

    /// The bodies of the messages in the queue, in alphabetical order.
    private func bodies() throws -> [String] {
        try scratch.queue.listing().messages.map { stem, state in
            var bytes: [UInt8] = []
            try scratch.queue.read(stem, in: state) { bytes += $0 }
            return String(String(decoding: bytes, as: UTF8.self).split(separator: "\n").last ?? "")
        }.sorted()
    }

    private func message(_ body: String) -> String { "From: a@b.example\nTo: c@d.example\n\n\(body)\n" }

    @Test("of an mbox has each message but those that are none, and tells how many")
    func mailbox() throws {
        let large = String(repeating: "x", count: 1000)
        let messages = [message("one"), "To: c@d.example\n", message(large), "", message("two")]
        try input.write("mbox", messages.map { "From x\n\($0)\n" }.joined())
        let error = #expect(throws: CommandFailure.self) {
            try enqueue("--batch", file: input.path + "/mbox")
        }
        #expect(error == CommandFailure("3 of 5 messages were refused, 2 messages are enqueued", .badData))
        #expect(try bodies() == ["one", "two"])
    }

    @Test("of a list of files goes past those that cannot be read, and what is no file")
    func list() throws {
        for name in ["1", "2"] { try input.write(name, message(name)) }
        let names = ["1", "missing", "", ".", "2"].map { input.path + "/" + $0 }
        try input.write("list", names.joined(separator: "\n"))
        try input.write("blank", "\(names[0])\n\n")
        let error = #expect(throws: CommandFailure.self) {
            try enqueue("--batch", "--files", file: input.path + "/list")
        }
        #expect(error?.summary == "3 of 5 messages were refused, 2 messages are enqueued")
        #expect(try bodies() == ["1", "2"])
        try enqueue("--batch", "--files", file: input.path + "/blank")
        #expect(try bodies() == ["1", "1", "2"])
    }

    @Test("of a folder has its .eml files, of a maildir those of new and cur")
    func folders() throws {
        try input.write("a.eml", message("a"))
        try input.write("b.txt", message("b"))
        try input.write(".c.eml", message("c"))
        try enqueue("--batch", file: input.path)
        #expect(try bodies() == ["a"])
        defer { for name in ["new", "cur", "tmp"] { rmdir(input.path + "/" + name) } }
        for name in ["new", "cur", "tmp"] {
            mkdir(input.path + "/" + name, 0o700)
            try input.write("\(name)/1", message(name))
        }
        defer { for name in ["new", "cur", "tmp"] { unlink("\(input.path)/\(name)/1") } }
        try enqueue("--batch", file: input.path)
        #expect(try bodies() == ["a", "cur", "new"])
    }

    @Test(
        "that is no mbox, or no list, stops and says so",
        arguments: [["--batch"], ["--batch", "--files"]]
    )
    func wrongInput(options: [String]) throws {
        try input.write("it", options.count == 1 ? message("x") : String(repeating: "x", count: 5000))
        let batch = BatchEnqueuer(
            try MessageEnqueuer(QueueLocation(path: scratch.path, maximumByteCount: nil)),
            request: EnvelopeRequest(),
            key: nil
        )
        let (messages, _) = try BatchOptions.parse(options).messages(file: input.path + "/it") {}
        let error = #expect(throws: CommandFailure.self) { try batch.enqueue(messages, from: nil) }
        #expect(error?.status == .badData)
        #expect(error?.summary.hasPrefix("stopped behind 0 messages") == true)
        #expect(scratch.names.isEmpty)
    }

    @Test("has options that fit together", arguments: [["--files"], ["-0"]])
    func options(arguments: [String]) throws {
        let options = try BatchOptions.parse(arguments)
        #expect(throws: CommandFailure("--files and -0 need --batch", .usage)) {
            try options.check(isComposed: false)
        }
        let whole = try BatchOptions.parse(arguments + ["--batch"])
        try whole.check(isComposed: false)
        #expect(throws: CommandFailure.self) { try whole.check(isComposed: true) }
    }
}

@Suite("The progress of a batch")
struct ProgressLineTests {
    @Test("is a bar where the size is known, else a count")
    func text() {
        #expect(ProgressLine().text == "0 messages")
        #expect(ProgressLine(doneCount: 1, refusedCount: 2).text == "1 message, 2 refused")
        let half = ProgressLine(doneCount: 512, share: 0.5)
        #expect(half.text == "[###############...............] 50 %, 512 messages")
        #expect(ProgressLine(share: 1).text == "[##############################] 100 %, 0 messages")
    }
}
