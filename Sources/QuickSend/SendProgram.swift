// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import ProgramOutput
internal import Spool
internal import Submission

/// `smtpq` as applications call it: a plain `send` is done here at once, all else by the full program.
@main
enum SendProgram {
    static func main() {
        StandardDescriptors.openMissing()
        guard let send = try? PlainSend(CommandLine.arguments) else {
            // What is wrong with the arguments, or the queue, is said there: nothing was read yet.
            let failure = FullProgram.run()
            failure.say()
            exit(failure.status.code)
        }
        do throws(CommandFailure) {
            StandardStream.output.writeLine(try send.run().text)
        } catch {
            error.say()
            exit(error.status.code)
        }
    }
}
