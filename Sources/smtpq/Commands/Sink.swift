// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import NIOPosix
internal import ProgramOutput
internal import SMTPSink
internal import Submission

/// `smtpq sink`: a local SMTP server that takes everything.
struct Sink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sink",
        abstract: "Run a local SMTP server that takes everything, to try things out.",
        discussion: """
            Nothing leaves it: messages are shown in one line each, and stored in a maildir when one is named. It speaks \
            clear text and asks for no login, so it listens on this host alone. Ends with Ctrl-C.

              smtpq sink --port 2525 --maildir /tmp/mail

            A configuration to go with it:

              [[Relay]]
              MailServer = "127.0.0.1"
              MailPort   = 2525
              TLS        = "none"
            """
    )

    @Option(help: "The port; 0 takes a free one.")
    var port: UInt16 = 2525
    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"
    @Flag(help: "Allow a host that others on the network can reach.")
    var allowRemote = false
    @Option(help: ArgumentHelp("Store the messages here; the folder is made.", valueName: "dir"))
    var maildir: String?
    @Flag(help: "Do not show the messages.")
    var quiet = false
    @Option(
        help: ArgumentHelp("Wait this long before a message is accepted: 500ms, 2s, 1min.", valueName: "time")
    )
    var delay: String?

    func run() async throws {
        guard allowRemote || LoopbackHost.isLoopback(host) else {
            throw CommandFailure(
                "\(PrintableText(host, limitBytes: 120)) is not this host alone: the sink takes mail from anybody who "
                    + "reaches it; add --allow-remote if you want that",
                .usage
            )
        }
        var options = SinkOptions()
        options.host = host
        options.port = Int(port)
        options.maildir = maildir
        options.delay =
            try delay.map { text throws(CommandFailure) in
                try TimeArgument.duration(text, option: "--delay")
            } ?? .zero
        Interruption.watch()
        let server = try await start(options)
        StandardStream.output.writeLine("listening on \(SinkText.address(host, server.port))")
        try await NIOThreadPool.singleton.runIfActive { Interruption.wait() }
        await server.stop()
    }

    private func start(_ options: SinkOptions) async throws(CommandFailure) -> SinkServer {
        let report: @Sendable (SinkMessage) -> Void =
            if quiet { { _ in } } else { { StandardStream.output.writeLine(SinkText.line($0)) } }
        do throws(SinkError) {
            return try await SinkServer.start(
                options,
                group: MultiThreadedEventLoopGroup.singleton,
                onMessage: report
            )
        } catch {
            let summary = PrintableText(error.summary).string
            switch error.code {
            case .listen: throw CommandFailure(summary, .unavailable)
            case .store: throw CommandFailure(summary, .cannotCreate)
            }
        }
    }
}
