// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// The text that a thread was given last: it stands until the thread is given the next one, or ends.
enum ReturnedText {
    /// The text of each thread; what is freed at its end.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { free($0) }
        return key
    }()

    /// Keeps bytes for this thread, with a NUL behind them.
    static func keep(_ bytes: [UInt8]) -> UnsafePointer<CChar>? {
        free(pthread_getspecific(key))
        let memory = malloc(bytes.count + 1)
        pthread_setspecific(key, memory)
        guard let memory else { return nil }
        memory.copyMemory(from: bytes, byteCount: bytes.count)
        memory.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
        return UnsafePointer(memory.assumingMemoryBound(to: CChar.self))
    }
}
