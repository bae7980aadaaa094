// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import SMTPComponent
import Testing

/// The examples of the manual, as they stand there: `scripts/check` compares them.
///
/// Those that send or queue are not run here.
enum Examples {
    /// What an application has to say.
    struct Order {
        let number: Int
        let customer: String
    }

    static func log(_ line: String) {}

    static func overview() async throws {
        let smtp = SMTP()
        smtp.mailServer = "mail.example.com"
        smtp.from = "app@example.com"
        smtp.sendTo = "\"Alice\" <alice@example.net>"
        smtp.subject = "Your order"
        smtp.messageText = "It is on its way.\r\n"
        try await smtp.send()
    }

    static func severalMessages(_ smtp: SMTP, _ orders: [Order]) async throws {
        try await smtp.connect()
        for order in orders {
            smtp.resetHeaders()
            smtp.from = "app@example.com"
            smtp.sendTo = order.customer
            smtp.subject = "Order \(order.number)"
            try await smtp.send()
        }
        try await smtp.disconnect()
    }

    static func recipients(_ smtp: SMTP) {
        smtp.messageRecipientCount = 0
        smtp.sendTo = "alice@example.net"
        smtp.bcc = "archive@example.com"
        smtp.messageRecipientOptions[0] = "NOTIFY=SUCCESS,FAILURE"
    }

    static func textBeyondASCII(_ smtp: SMTP) {
        smtp.otherHeaders = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        smtp.messageText = "Grüße aus Köln\r\n"
    }

    static func startTLS(_ smtp: SMTP) throws {
        smtp.mailPort = 587
        try smtp.config("TLS=starttls")
    }

    static func login(_ smtp: SMTP, token: String) throws {
        smtp.user = "app"
        smtp.authMechanism = .xoauth2
        try smtp.config("AuthorizationIdentity=Bearer \(token)")
    }

    static func queue(_ smtp: SMTP) async throws -> String {
        let name = try await smtp.queue("/var/spool/smtpq")
        return name
    }

    static func processQueue(_ smtp: SMTP) async throws {
        try smtp.config("KeepQueue=True")
        try await smtp.processQueue("/var/spool/smtpq")
    }

    static func closures(_ smtp: SMTP) {
        smtp.onPITrail = { direction, line in
            log("\(direction == .client ? "C" : "S"): \(line)")
        }
        smtp.onTransfer = { _, bytes, percent in
            log("\(bytes) bytes, \(percent) %")
        }
    }

    static func sequence(_ smtp: SMTP) -> Task<Void, Never> {
        let events = smtp.events
        let reader = Task {
            for await event in events {
                if case .error(let code, let description) = event { log("\(code) \(description)") }
            }
        }
        return reader
    }

    static func interrupt(_ smtp: SMTP) {
        smtp.onTransfer = { _, bytes, _ in
            if bytes > 10_000_000 { smtp.interrupt() }
        }
    }

    static func settings(_ smtp: SMTP) throws -> String {
        try smtp.config("MaxHeaderLength=72")
        let length = try smtp.config("MaxHeaderLength")
        return length
    }

    static func errors(_ smtp: SMTP) async {
        do {
            try await smtp.send()
        } catch {
            log(error.code == 161 ? "refused: \(error.description)" : "\(error.code): \(error.description)")
        }
    }
}

/// What the examples do, as far as it can be seen without a server.
struct ExampleTests {
    @Test("The examples set what they say")
    func examples() throws {
        let smtp = SMTP()
        Examples.recipients(smtp)
        #expect(smtp.messageRecipientType[1] == .bcc)
        Examples.textBeyondASCII(smtp)
        #expect(smtp.messageHeaderField.suffix(2) == ["MIME-Version", "Content-Type"])
        try Examples.login(smtp, token: "t0ken")
        #expect(try smtp.config("AuthorizationIdentity") == "Bearer t0ken")
        #expect(try Examples.settings(smtp) == "72")
        Examples.closures(smtp)
        #expect(smtp.onPITrail != nil)
    }
}
