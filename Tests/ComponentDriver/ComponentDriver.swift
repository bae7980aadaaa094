// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import SMTPComponent

/// One component on a string: orders come on standard input, what happens goes to standard output.
///
/// ```
/// set Subject "Gr\u00fc\u00dfe"            a property; the value is a text as JSON has it
/// set MessageRecipientName[0] "Alice"      a property with an index
/// get LastReply
/// call Config "KeepQueue=True"             a method, with its argument behind it
/// start Send                               the same, while further orders are taken
/// ```
///
/// Each order is answered by one line of JSON: `{"done":"call Send"}`, with `value` where there is one, with `code` and `error`
/// when it failed. Each event is a line of its own, `{"event":"PITrail","Direction":0,…}`, and comes before the answer to
/// its method.
@main struct ComponentDriver {
    static func main() async {
        let smtp = SMTP()
        let output = LineWriter()
        EventPrinter.attach(to: smtp, output)
        let orders = OrderRunner(smtp: smtp, output: output)
        await withDiscardingTaskGroup { started in
            while let line = readLine() {
                if line.hasPrefix("start ") {
                    started.addTask { await orders.run(line) }
                } else {
                    await orders.run(line)
                }
            }
        }
    }
}
