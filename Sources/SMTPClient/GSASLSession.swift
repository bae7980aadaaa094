// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CGSASL

/// A session with libgsasl, which lives exactly as long as this value.
struct GSASLSession: ~Copyable {
    private let library: OpaquePointer
    private let session: OpaquePointer

    /// Begins a mechanism for a client.
    init(mechanism: String) throws(SASLError) {
        var library: OpaquePointer?
        var code = gsasl_init(&library)
        guard code == Self.ok, let library else { throw SASLError(code: code) }
        var session: OpaquePointer?
        code = gsasl_client_start(library, mechanism, &session)
        guard code == Self.ok, let session else {
            gsasl_done(library)
            throw code == Self.unknownMechanism
                ? SASLError("the login mechanism \(mechanism) is not supported here") : SASLError(code: code)
        }
        self.library = library
        self.session = session
    }

    deinit {
        gsasl_finish(session)
        gsasl_done(library)
    }

    /// Tells the mechanism something about the login.
    func set(_ property: Gsasl_property, _ value: String) throws(SASLError) {
        let code = gsasl_property_set(session, property, value)
        guard code == Self.ok else { throw SASLError(code: code) }
    }

    /// Gives the mechanism a challenge, or nothing to begin with.
    func step(_ challenge: [UInt8]) throws(SASLError) -> SASLStep {
        var output: UnsafeMutablePointer<CChar>?
        var length = 0
        let code = challenge.withUnsafeBytes { bytes in
            gsasl_step(session, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count, &output, &length)
        }
        defer { gsasl_free(output) }
        guard code == Self.ok || code == Self.needsMore else { throw SASLError(code: code) }
        let response = [UInt8](UnsafeRawBufferPointer(start: output, count: output == nil ? 0 : length))
        return code == Self.ok ? .finished(response) : .response(response)
    }

    private static let ok = CInt(GSASL_OK.rawValue)
    private static let needsMore = CInt(GSASL_NEEDS_MORE.rawValue)
    private static let unknownMechanism = CInt(GSASL_UNKNOWN_MECHANISM.rawValue)
}
