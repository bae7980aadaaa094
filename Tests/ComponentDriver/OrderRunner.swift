// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import SMTPComponent

/// Carries out orders, one line each.
final class OrderRunner: Sendable {
    /// An order that cannot be understood: the fault of the test.
    struct Misunderstood: Error {}

    private let smtp: SMTP
    private let output: LineWriter

    init(smtp: SMTP, output: LineWriter) {
        self.smtp = smtp
        self.output = output
    }

    /// Carries out an order, and answers it.
    func run(_ line: String) async {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        let verb = words[0]
        let name = words.count > 1 ? words[1] : ""
        let argument = words.count > 2 ? Self.text(words[2]) : nil
        var answer: [String: any Sendable] = ["done": "\(verb) \(name)"]
        do {
            let value =
                switch verb {
                case "set": try await set(name, argument ?? "")
                case "get": try get(name)
                case "call", "start": try await call(name, argument ?? "")
                default: throw Misunderstood()
                }
            if let value { answer["value"] = value }
        } catch let error as SMTPError {
            answer["code"] = error.code
            answer["error"] = error.description
        } catch {
            answer["code"] = -1
            answer["error"] = "not understood: \(line)"
        }
        output.write(answer)
    }

    private static func text(_ json: String) -> String? {
        try? JSONDecoder().decode(String.self, from: Data(json.utf8))
    }

    // MARK: Properties

    /// The property and the index of `Name` or `Name[3]`.
    private func property(_ text: String) throws -> (id: Int, index: Int) {
        let parts = text.split { "[]".contains($0) }
        guard let row = PropertyTable.rows.first(where: { $0.name == parts[0] }) else {
            throw Misunderstood()
        }
        return (row.property.rawValue, parts.count > 1 ? Int(parts[1]) ?? -1 : 0)
    }

    private func set(_ name: String, _ value: String) async throws -> String? {
        let (id, index) = try property(name)
        try await smtp.setValue(.text(value), ofProperty: id, index: index)
        return nil
    }

    private func get(_ name: String) throws -> String? {
        let (id, index) = try property(name)
        return try smtp.value(ofProperty: id, index: index).string
    }

    // MARK: Methods

    private func call(_ name: String, _ argument: String) async throws -> String? {
        switch SMTPComponent.Method(rawValue: name) {
        case .config: return try smtp.config(argument)
        case .connect: try await smtp.connect()
        case .disconnect: try await smtp.disconnect()
        case .doEvents: try await smtp.doEvents()
        case .expand: try await smtp.expand(argument)
        case .interrupt: smtp.interrupt()
        case .processQueue: try await smtp.processQueue(argument)
        case .queue: return try await smtp.queue(argument)
        case .resetHeaders: smtp.resetHeaders()
        case .send: try await smtp.send()
        case .sendToTerminalAndEmail: try await smtp.sendToTerminalAndEmail()
        case .sendToTerminalOnly: try await smtp.sendToTerminalOnly()
        case .sendToTerminalOrEmail: try await smtp.sendToTerminalOrEmail()
        case .verify: try await smtp.verify(argument)
        case nil: throw Misunderstood()
        }
        return nil
    }
}
