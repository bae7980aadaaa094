// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import DaemonConfiguration

struct KeyPositionParserTests {
    private static let document = #"""
        # A = [[not a section]] "
        A = 1
          "B" = 'C = 2' # D = 3
        E.F = """
        [[Relay]]
        G = 4 \""" ""\
        """
        H = [ [1, 2], # ] }
          "x]",
        ]
        I = { J = 5, K.L = '}' }
        M = ''''quoted''''
        N = ""

        [[Relay]]
        A = 6
        [[Relay]]
        [[Relay.Part]]
        A = 7
        [Other . 'Table'] # O
        A = 2026-11-24 04:10:03
        """#

    @Test("Each key, section and element is found where it stands")
    func positions() {
        let positions = KeyPositionParser.parse(Self.document)
        let root = DocumentPath.root
        let relays = root.appending("Relay")
        let expected: [(DocumentPath, Int, Int)] = [
            (root.appending("A"), 2, 1),
            (root.appending("B"), 3, 3),
            (root.appending("E"), 4, 1),
            (root.appending("E").appending("F"), 4, 1),
            (root.appending("H"), 8, 1),
            (root.appending("H").appending(0), 8, 7),
            (root.appending("H").appending(0).appending(1), 8, 11),
            (root.appending("H").appending(1), 9, 3),
            (root.appending("I").appending("J"), 11, 7),
            (root.appending("I").appending("K").appending("L"), 11, 14),
            (root.appending("M"), 12, 1),
            (root.appending("N"), 13, 1),
            (relays, 15, 1),
            (relays.appending(0), 15, 1),
            (relays.appending(0).appending("A"), 16, 1),
            (relays.appending(1), 17, 1),
            (relays.appending(1).appending("Part").appending(0), 18, 1),
            (relays.appending(1).appending("Part").appending(0).appending("A"), 19, 1),
            (root.appending("Other").appending("Table"), 20, 1),
            (root.appending("Other").appending("Table").appending("A"), 21, 1),
        ]
        for (path, line, column) in expected {
            #expect(positions[path] == TextPosition(line: line, column: column), "\(path)")
        }
        for name in ["C", "D", "G", "O"] { #expect(positions[root.appending(name)] == nil, "\(name)") }
        #expect(positions.null == nil)
    }

    @Test("What is no TOML ends all the same, cut anywhere, turned around, or nested without end")
    func hostileText() {
        let scalars = Array(Self.document.unicodeScalars)
        for length in 0...scalars.count {
            _ = KeyPositionParser.parse(String(String.UnicodeScalarView(scalars[..<length])))
            _ = KeyPositionParser.parse(String(String.UnicodeScalarView(scalars[length...])))
        }
        _ = KeyPositionParser.parse(String(String.UnicodeScalarView(scalars.reversed())))
        _ = KeyPositionParser.parse("A = " + String(repeating: "[", count: 10_000))
        _ = KeyPositionParser.parse("A = " + String(repeating: "{B=", count: 10_000))
        _ = KeyPositionParser.parse(String(repeating: "[[", count: 10_000))
        _ = KeyPositionParser.parse(String(repeating: "\"", count: 10_001) + "\\")
    }

    @Test("Line ends of either kind count once, and columns count characters")
    func lineEnds() {
        let positions = KeyPositionParser.parse("A = \"ä€😀\"\r\n I = {J = 'ä', K = 1}\r\n")
        #expect(positions[.root.appending("I")] == TextPosition(line: 2, column: 2))
        #expect(positions[.root.appending("I").appending("K")] == TextPosition(line: 2, column: 16))
    }
}
