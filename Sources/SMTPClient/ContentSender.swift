// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import NIOPosix
internal import SMTPProtocol

/// Sends one content: a small one in one go, a large one piece by piece, never with more than one piece in memory.
///
/// A piece is read and encoded on a thread that may block, and the next one only when the connection has taken it. After
/// DATA the pieces follow each other without being asked for, after BDAT each chunk is.
/// Belongs to its event loop.
final class ContentSender {
    /// Bytes of a chunk after which progress is reported.
    private static let progressByteCount = 128 << 10

    private let loop: any EventLoop
    private let framing: ContentFraming
    private let pacer: NIOLoopBoundBox<TransferPacer>?
    private let write: (ContentPiece, ByteBuffer, EventLoopPromise<Void>?) -> Void
    private let report: (SessionEvent) -> Void
    private let progress: (@Sendable (Int64) -> Void)?
    private var stream: ContentStream
    /// Whether a piece is being read or written.
    private var isBusy = false
    private var isChunkWanted = false
    private var isCancelled = false

    /// A sender.
    ///
    /// - Parameters:
    ///   - running: what is to be sent, and who is told of its progress.
    ///   - framing: how.
    ///   - allocator: of the connection.
    ///   - loop: where it runs.
    ///   - pacer: says when each piece may go out; nil is no limit.
    ///   - write: hands bytes of a piece to the connection; what is written with a promise is flushed too.
    ///   - report: is told of the progress and of the end.
    init(
        _ running: RunningTransaction,
        framing: ContentFraming,
        allocator: ByteBufferAllocator,
        loop: any EventLoop,
        pacer: NIOLoopBoundBox<TransferPacer>? = nil,
        write: @escaping (ContentPiece, ByteBuffer, EventLoopPromise<Void>?) -> Void,
        report: @escaping (SessionEvent) -> Void
    ) {
        self.loop = loop
        self.framing = framing
        self.pacer = pacer
        self.write = write
        self.report = report
        progress = running.progress
        stream = ContentStream(
            running.content,
            framing: framing,
            allocator: allocator,
            pieceByteLimit: pacer?.value.pieceByteCount
        )
        progress?(0)
    }

    /// Nothing more is written or reported.
    func cancel() {
        isCancelled = true
    }

    /// Sends all of it, or after BDAT the next chunk, as soon as the connection has taken the one before.
    func send() {
        guard !isBusy else {
            isChunkWanted = true
            return
        }
        isBusy = true
        isChunkWanted = false
        guard stream.isSmall else { return sendNext() }
        do {
            take(try stream.readPiece())
        } catch {
            report(.contentFailed("\(error)"))
        }
    }

    private func sendNext() {
        let stream = stream
        NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
            var stream = stream
            let piece = try stream.readPiece()
            return (stream, piece)
        }.assumeIsolated().whenComplete { result in
            guard !self.isCancelled else { return }
            switch result {
            case .success((let stream, let piece)):
                self.stream = stream
                self.pace(piece)
            case .failure(let error): self.report(.contentFailed("\(error)"))
            }
        }
    }

    /// Waits until the piece may go out.
    private func pace(_ piece: ContentPiece) {
        guard let pacer else { return take(piece) }
        let due = pacer.value.admit(byteCount: piece.bytes.readableBytes, now: .now())
        loop.assumeIsolated().scheduleTask(deadline: due) {
            guard !self.isCancelled else { return }
            // The time was spent on this side: the relay has all of its own.
            self.report(.contentProgressed)
            self.take(piece)
        }
    }

    /// Hands a piece over, whole, in this turn.
    private func take(_ piece: ContentPiece) {
        if piece.isLast, stream.isSmall {
            write(piece, piece.bytes, nil)
        } else {
            writeStepwise(piece)
        }
        // In the turn of the write, and after it: what was not handed over cannot have arrived, and no answer to it can
        // arrive before this.
        if piece.isLast {
            progress?(piece.position)
            report(.contentSent)
        } else if framing == .chunked {
            report(.chunkSent)
        }
    }

    /// Writes a piece so that progress shows on a slow connection, and goes on when all of it has been taken.
    private func writeStepwise(_ piece: ContentPiece) {
        var rest = piece.bytes
        while let part = rest.readSlice(length: min(rest.readableBytes, Self.progressByteCount)) {
            let isEnd = rest.readableBytes == 0
            let written = loop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenSuccess {
                guard !self.isCancelled else { return }
                self.report(.contentProgressed)
                if isEnd { self.pieceTaken(piece) }
            }
            write(piece, part, written)
            if isEnd { break }
        }
    }

    private func pieceTaken(_ piece: ContentPiece) {
        isBusy = false
        guard !piece.isLast else { return }
        progress?(piece.position)
        if framing == .dotted || isChunkWanted { send() }
    }
}
