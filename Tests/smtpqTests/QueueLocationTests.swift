// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import ProgramOutput
import Testing

@testable import Submission

@Suite("The place of the queue")
struct QueueLocationTests {
    @Test("is that of the option, else of the environment, without a look at the configuration")
    func named() throws {
        for (option, environment, expected) in [("/a", "/b", "/a"), (nil, "/b", "/b"), ("", "/b", "/b")] {
            let location = try QueueLocation(option: option, environment: environment) {
                () throws(CommandFailure) in throw CommandFailure("asked", .configuration)
            }
            #expect(location.path == expected)
            #expect(location.maximumByteCount == nil)
        }
    }

    @Test("is that of the configuration, with its limit")
    func configured() throws {
        let location = try QueueLocation(option: nil, environment: "") { () throws(CommandFailure) in
            QueueLocation(path: "/configured", maximumByteCount: 1000)
        }
        #expect(location.path == "/configured")
        #expect(location.maximumByteCount == 1000)
    }

    @Test("is the standard path without a configuration")
    func standard() throws {
        let location = try QueueLocation(option: nil, environment: nil) { () throws(CommandFailure) in nil }
        #expect(location.path == "/var/spool/smtpq")
    }

    @Test("is not guessed when the configuration is wrong")
    func wrong() {
        #expect(throws: CommandFailure("wrong", .configuration)) {
            try QueueLocation(option: nil, environment: nil) {
                () throws(CommandFailure) in throw CommandFailure("wrong", .configuration)
            }
        }
    }
}
