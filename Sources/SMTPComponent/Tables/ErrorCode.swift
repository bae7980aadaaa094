// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Every number that an error of the class can have, but for those of the network.
///
/// The numbers of the network, 10004 to 11004, are in ``WinsockTable``.
package enum ErrorCode: Int, CaseIterable, Sendable {
    case cannotChangePort = 100
    case cannotChangeServer = 101
    case invalidRemoteAddress = 102
    case alreadyConnected = 104
    case cannotChangeLocalPort = 106
    case cannotChangeLocalHost = 107
    case mustBeActive = 109
    case cannotChangeMaxLineLength = 112
    case portIsZero = 116
    case cannotChangeUseConnection = 117
    case firewall = 118
    case wouldBlock = 135
    case busyGeneric = 143
    case relayRefused = 161
    case communication = 162
    case noMailServer = 163
    case noSender = 164
    case noRecipient = 165
    case busy = 166
    case unknownSetting = 191
    case invalidValue = 192
    case noSuchIndex = 193
    case queueDirectory = 194
    case queueFile = 195
    case invalidAddress = 196
    case noSuchProperty = 197
    case noSuchHandle = 198
    case noSuchEvent = 199
    case timedOut = 201
    case impossibleNow = 211
    case notWhileConnected = 212
    case notWhileListening = 213
    case tlsLibrary = 270
    case tlsStore = 271
    case tlsCertificate = 272
    case tlsCredentials = 273
    case tlsChain = 274
    case tlsChainPolicy = 275
    case tlsHandshake = 276
    case tlsVerification = 280
    case tlsCertificateNotFound = 281
    case tlsPrivateKeyNotFound = 282
    case tlsEncrypt = 283
    case tlsDecrypt = 284
    case interrupted = 301
    case cannotOpenFile = 302
    case cannotOpenAttachedFile = 303
    case notConvertible = 434
    case alreadyConnecting = 1105
    case connectFirst = 1117
    case cannotChangeLocalHostNow = 1119
    case droppedByRelay = 1120

    /// What it means, without a full stop.
    package var meaning: String {
        switch self {
        case .cannotChangePort: "MailPort cannot be changed while connected"
        case .cannotChangeServer: "MailServer cannot be changed while connected"
        case .invalidRemoteAddress: "the address of the server is not valid"
        case .alreadyConnected: "already connected"
        case .cannotChangeLocalPort: "LocalPort cannot be changed while connected"
        case .cannotChangeLocalHost: "LocalHost cannot be changed while connected"
        case .mustBeActive: "not active"
        case .cannotChangeMaxLineLength: "MaxLineLength cannot be changed while connected"
        case .portIsZero: "MailPort must not be 0"
        case .cannotChangeUseConnection: "cannot be changed while active"
        case .firewall: "firewall error"
        case .wouldBlock: "the operation would block"
        case .busyGeneric: "busy"
        case .relayRefused: "SMTP protocol error"
        case .communication: "error communicating with the SMTP server"
        case .noMailServer: "no MailServer is given"
        case .noSender: "no sender is given (From)"
        case .noRecipient: "no recipient is given (SendTo)"
        case .busy: "busy with the current method"
        case .unknownSetting: "there is no such setting"
        case .invalidValue: "not a value that it can have"
        case .noSuchIndex: "there is no such index"
        case .queueDirectory: "the queue directory cannot be used"
        case .queueFile: "the queue file cannot be used"
        case .invalidAddress: "not a mail address"
        case .noSuchProperty: "there is no such property, or it cannot be changed"
        case .noSuchHandle: "there is no such component"
        case .noSuchEvent: "there is no such event"
        case .timedOut: "timed out"
        case .impossibleNow: "impossible in the present state"
        case .notWhileConnected: "impossible while connected"
        case .notWhileListening: "impossible while listening"
        case .tlsLibrary: "TLS cannot be used"
        case .tlsStore: "the certificate store cannot be opened"
        case .tlsCertificate: "the certificate cannot be used"
        case .tlsCredentials: "the credentials cannot be used"
        case .tlsChain: "the certificate chain cannot be built"
        case .tlsChainPolicy: "the certificate chain is not valid"
        case .tlsHandshake: "the TLS handshake failed"
        case .tlsVerification: "the certificate of the server is not valid"
        case .tlsCertificateNotFound: "the certificate is not found"
        case .tlsPrivateKeyNotFound: "the private key is not found"
        case .tlsEncrypt: "cannot encrypt"
        case .tlsDecrypt: "cannot decrypt"
        case .interrupted: "interrupted"
        case .cannotOpenFile: "the file cannot be opened"
        case .cannotOpenAttachedFile: "the attached file cannot be opened"
        case .notConvertible: "cannot be converted to the code page"
        case .alreadyConnecting: "already connecting"
        case .connectFirst: "not connected: connect first"
        case .cannotChangeLocalHostNow: "LocalHost cannot be changed now"
        case .droppedByRelay: "the connection was dropped by the remote host"
        }
    }
}
