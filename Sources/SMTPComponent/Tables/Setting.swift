// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The settings of ``SMTP/config(_:)``; the raw value is the name.
///
/// What each is like stands in ``ConfigurationTable``.
package enum Setting: String, CaseIterable, Sendable {
    case allowEmptyTo = "AllowEmptyTo"
    case authorizationIdentity = "AuthorizationIdentity"
    case charset = "Charset"
    case hello = "Hello"
    case keepQueue = "KeepQueue"
    case maxHeaderLength = "MaxHeaderLength"
    case otherHeaders = "OtherHeaders"
    case returnPath = "ReturnPath"
    case sendRSET = "SendRSET"
    case stopOnToErrors = "StopOnToErrors"
    case stopOnCcErrors = "StopOnCcErrors"
    case stopOnBccErrors = "StopOnBccErrors"
    case connectionTimeout = "ConnectionTimeout"
    case firewallAutoDetect = "FirewallAutoDetect"
    case firewallHost = "FirewallHost"
    case firewallPassword = "FirewallPassword"
    case firewallPort = "FirewallPort"
    case firewallType = "FirewallType"
    case firewallUser = "FirewallUser"
    case keepAliveTime = "KeepAliveTime"
    case keepAliveInterval = "KeepAliveInterval"
    case linger = "Linger"
    case lingerTime = "LingerTime"
    case localHost = "LocalHost"
    case localPort = "LocalPort"
    case maxLineLength = "MaxLineLength"
    case maxTransferRate = "MaxTransferRate"
    case recordLength = "RecordLength"
    case tcpKeepAlive = "TCPKeepAlive"
    case useIPv6 = "UseIPv6"
    case tcpNoDelay = "TcpNoDelay"
    case absoluteTimeout = "AbsoluteTimeout"
    case firewallData = "FirewallData"
    case inBufferSize = "InBufferSize"
    case outBufferSize = "OutBufferSize"
    case codePage = "CodePage"
    case tls = "TLS"
    case tlsCAFile = "TLSCAFile"
    case tlsServerName = "TLSServerName"
    case tlsClientCertificate = "TLSClientCertificate"
    case tlsClientKey = "TLSClientKey"
    case tlsMinimumVersion = "TLSMinimumVersion"
    case tlsPinnedKeys = "TLSPinnedKeys"
    case tlsProof = "TLSProof"

    /// Its row in the table.
    package var row: ConfigurationRow { ConfigurationTable.row(of: self) }
}
