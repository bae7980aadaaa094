// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import Logging
import SystemdSupport
import Testing

struct LogfmtLogHandlerTests {
    @Test("A line goes out whole, with a priority where no terminal is, and the metadata that was set last")
    func line() throws {
        let pipe = Pipe()
        var logger = Logger(label: "test") { _ in
            LogfmtLogHandler(logLevel: .info, descriptor: pipe.fileHandleForWriting.fileDescriptor)
        }
        logger[metadataKey: "SMTPQ_RELAY"] = "primary"
        logger[metadataKey: "SMTPQ_ID"] = "of the logger"
        logger.warning("two\nlines", metadata: ["SMTPQ_ID": "order-1001"])
        logger.debug("not important enough")
        try pipe.fileHandleForWriting.close()

        let text = String(decoding: try #require(try pipe.fileHandleForReading.readToEnd()), as: UTF8.self)
        let expected =
            /<4>time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ level=warning msg="two\\u\{a\}lines" SMTPQ_ID=order-1001 SMTPQ_RELAY=primary\n/
        #expect(text.wholeMatch(of: expected) != nil, "\(text)")
    }

    @Test("Lines of many threads do not mix")
    func threads() async throws {
        let pipe = Pipe()
        let logger = Logger(label: "test") { _ in
            LogfmtLogHandler(logLevel: .info, descriptor: pipe.fileHandleForWriting.fileDescriptor)
        }
        let reader = Task.detached { try pipe.fileHandleForReading.readToEnd() }
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for _ in 0..<200 { logger.info("\(String(repeating: "\(writer)", count: 200))") }
                }
            }
        }
        try pipe.fileHandleForWriting.close()
        let lines = String(decoding: try #require(try await reader.value), as: UTF8.self).split(
            separator: "\n"
        )
        #expect(lines.count == 1600)
        #expect(lines.allSatisfy { $0.wholeMatch(of: /<6>time=\S+ level=info msg=(\d)\1{199}/) != nil })
    }

    @Test("Nobody at the other end is no reason to fail")
    func closed() {
        let logger = Logger(label: "test") { _ in LogfmtLogHandler(logLevel: .info, descriptor: -1) }
        logger.info("into the void")
    }
}
