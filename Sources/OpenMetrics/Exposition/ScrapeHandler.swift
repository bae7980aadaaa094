// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import NIOHTTP1

/// Answers the one request of a connection, and closes it.
final class ScrapeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let text: @Sendable (ExpositionFormat) -> String
    private var head: HTTPRequestHead?

    /// A handler that shows this text.
    init(text: @escaping @Sendable (ExpositionFormat) -> String) { self.text = text }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = self.head ?? head
        case .body:
            break
        case .end:
            // What follows on the same connection is not answered any more.
            guard let head else { return }
            answer(head, context: context)
        }
    }

    /// Not HTTP, or too much of it: nothing is owed.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ request: HTTPRequestHead, context: ChannelHandlerContext) {
        let accept = request.headers["accept"].joined(separator: ",")
        var headers: HTTPHeaders = ["Connection": "close"]
        var status = HTTPResponseStatus.ok
        let body: String
        switch ScrapeRules.answer(method: request.method.rawValue, target: request.uri, accept: accept) {
        case .metrics(let format):
            headers.add(name: "Content-Type", value: format.mediaType)
            body = text(format)
        case .notFound:
            status = .notFound
            body = "the metrics are at /metrics\n"
        case .methodNotAllowed:
            status = .methodNotAllowed
            headers.add(name: "Allow", value: "GET")
            body = ""
        }
        headers.add(name: "Content-Length", value: "\(body.utf8.count)")
        let response = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { [channel = context.channel] _ in
            channel.close(promise: nil)
        }
    }
}
