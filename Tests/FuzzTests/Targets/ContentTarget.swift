// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import NIOCore
import SMTPProtocol

/// Content on its way to the wire: no message ends before its end, however it is split.
enum ContentTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        let naive = NaiveContent(input)
        for pieces in FuzzTarget.splits(of: input) + [[input[...]]] {
            var scanner = ContentScanner()
            for piece in pieces { piece.withUnsafeBytes { scanner.scan($0) } }
            try Violation.unless(scanner.finish() == naive.facts, "content is known to the byte")
            for (framing, expected) in [(ContentFraming.dotted, naive.wire), (.chunked, naive.chunks)] {
                var encoder = ContentEncoder(framing: framing)
                var wire = ByteBuffer()
                for piece in pieces { piece.withUnsafeBytes { encoder.encode($0, into: &wire) } }
                encoder.finish(into: &wire)
                try Violation.unless(
                    wire.readableBytesView.elementsEqual(expected),
                    "only the last line is a dot"
                )
            }
        }
    }
}
