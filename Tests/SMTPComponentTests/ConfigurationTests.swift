// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import SMTPComponent
import Spool
import Testing

/// The settings of config: the table against the reference, and the rules of names and values.
struct ConfigurationTests {
    /// Transcribed from the reference: name, initial value.
    private static let reference: [(name: String, initial: MemberValue)] = [
        ("AllowEmptyTo", .flag(false)), ("AuthorizationIdentity", .text("")), ("Charset", .text("")),
        ("Hello", .text(HostName.current)), ("KeepQueue", .flag(false)), ("MaxHeaderLength", .number(80)),
        ("OtherHeaders", .text("")), ("ReturnPath", .text("")), ("SendRSET", .flag(true)),
        ("StopOnToErrors", .flag(true)), ("StopOnCcErrors", .flag(true)), ("StopOnBccErrors", .flag(false)),
        ("ConnectionTimeout", .number(0)), ("FirewallAutoDetect", .flag(false)), ("FirewallHost", .text("")),
        ("FirewallPassword", .text("")), ("FirewallPort", .number(0)), ("FirewallType", .number(0)),
        ("FirewallUser", .text("")), ("KeepAliveTime", .number(0)), ("KeepAliveInterval", .number(0)),
        ("Linger", .flag(true)), ("LingerTime", .number(0)), ("LocalHost", .text("")),
        ("LocalPort", .number(0)),
        ("MaxLineLength", .number(2048)), ("MaxTransferRate", .number(0)), ("RecordLength", .number(0)),
        ("TCPKeepAlive", .flag(false)), ("UseIPv6", .number(0)), ("TcpNoDelay", .flag(false)),
        ("AbsoluteTimeout", .flag(false)), ("FirewallData", .bytes([])), ("InBufferSize", .number(0)),
        ("OutBufferSize", .number(0)), ("CodePage", .number(65001)),
        // Ours.
        ("TLS", .text("")), ("TLSCAFile", .text("")), ("TLSServerName", .text("")),
        ("TLSClientCertificate", .text("")), ("TLSClientKey", .text("")),
        ("TLSMinimumVersion", .text("1.2")), ("TLSPinnedKeys", .text("")), ("TLSProof", .text("certificate")),
    ]

    @Test(
        "The table has the settings of the reference, those of TLS and no others, with their initial values"
    )
    func tableIsTheReference() throws {
        #expect(ConfigurationTable.rows.map(\.setting) == Array(Setting.allCases))
        #expect(Setting.allCases.map(\.rawValue) == Self.reference.map(\.name))
        let smtp = SMTP()
        for wanted in Self.reference {
            let setting = try #require(ConfigurationTable.setting(named: wanted.name))
            #expect(setting.row.initial == wanted.initial, "\(wanted.name)")
            #expect(try smtp.config(wanted.name) == wanted.initial.string, "\(wanted.name)")
        }
    }

    @Test("A bare name reads, NAME=VALUE sets and returns the new value; case does not count")
    func M01_config() throws {
        let smtp = SMTP()
        #expect(try smtp.config("MaxHeaderLength") == "80")
        #expect(try smtp.config("maxheaderlength=70") == "70")
        #expect(try smtp.config(" MAXHEADERLENGTH ") == "70")
        #expect(try smtp.config("Hello=a=b=c") == "a=b=c")
        #expect(try smtp.config("Charset=") == "")
    }

    @Test(
        "Booleans have six words, and read back as two",
        arguments: zip(
            ["True", "TRUE", "1", "yes", "False", "false", "0", "NO", " true "],
            ["True", "True", "True", "True", "False", "False", "False", "False", "True"]
        )
    )
    func booleans(word: String, wanted: String) throws {
        #expect(try SMTP().config("KeepQueue=\(word)") == wanted)
    }

    @Test("An unknown name is the error 191, a bad value 192; both stand in LastError")
    func refusals() {
        let smtp = SMTP()
        for text in ["Colour=red", "Colour", "", "=1"] {
            #expect(throws: SMTPError(.unknownSetting)) { try smtp.config(text) }
        }
        #expect(smtp.lastError == SMTPError(.unknownSetting))
        for text in [
            "KeepQueue=maybe", "MaxHeaderLength=x", "MaxHeaderLength=-1", "UseIPv6=3", "LocalPort=65536",
            "MaxTransferRate=99999999999999999999", "ConnectionTimeout=-1", "TLS=ssl",
            "TLSMinimumVersion=1.1",
            "TLSProof=", "TLSPinnedKeys=sha256//AAAA",
        ] {
            #expect(throws: SMTPError(.invalidValue)) { try smtp.config(text) }
        }
        #expect(smtp.lastError == SMTPError(.invalidValue))
    }

    @Test("What is a property too is the same value under both names")
    func
        C07_otherHeaders_C08_returnPath_C14_firewallAutoDetect_C15_firewallHost_C16_firewallPassword_aliases()
        throws
    {
        let smtp = SMTP()
        try smtp.config("OtherHeaders=X-A: 1")
        try smtp.config("ReturnPath=<>")
        try smtp.config("FirewallAutoDetect=True")
        try smtp.config("FirewallHost=proxy.example")
        try smtp.config("FirewallPassword=pa55")
        #expect(smtp.otherHeaders == "X-A: 1")
        #expect(smtp.returnPath == "<>")
        #expect(smtp.firewallAutoDetect)
        #expect(smtp.firewallHost == "proxy.example")
        #expect(smtp.firewallPassword == "pa55")
        smtp.returnPath = "x@app.example"
        #expect(try smtp.config("ReturnPath") == "x@app.example")
    }

    @Test("The type of the proxy sets its port, under both names")
    func P09_firewallType_P12_firewallPort_C17_firewallPort_C18_firewallType_C19_firewallUser() throws {
        let smtp = SMTP()
        for (type, port) in [(SMTP.FirewallType.tunnel, 80), (.socks4, 1080), (.socks5, 1080), (.none, 0)] {
            smtp.firewallType = type
            #expect(smtp.firewallPort == port)
        }
        #expect(try smtp.config("FirewallType=3") == "3")
        #expect(try smtp.config("FirewallPort") == "1080")
        #expect(try smtp.config("FirewallPort=9050") == "9050")
        #expect(try smtp.config("FirewallUser=alice") == "alice")
        #expect(smtp.firewallType == .socks5 && smtp.firewallPort == 9050 && smtp.firewallUser == "alice")
        #expect(throws: SMTPError(.invalidValue)) { try smtp.config("FirewallType=4") }
    }

    @Test("Setting a time of keep-alive turns it on")
    func C20_keepAliveTime_C21_keepAliveInterval_C29_tcpKeepAlive() throws {
        for name in ["KeepAliveTime", "KeepAliveInterval"] {
            let smtp = SMTP()
            #expect(try smtp.config("TCPKeepAlive") == "False")
            #expect(try smtp.config("\(name)=60000") == "60000")
            #expect(try smtp.config("TCPKeepAlive") == "True")
        }
    }

    @Test("What is of no use for mail is kept and ignored")
    func C28_recordLength() throws {
        #expect(try SMTP().config("RecordLength=512") == "512")
    }

    @Test(
        "UseIPv6 takes numbers and words",
        arguments: zip(["0", "1", "2", "True", "no"], ["0", "1", "2", "1", "0"])
    )
    func C30_useIPv6_words(word: String, wanted: String) throws {
        #expect(try SMTP().config("UseIPv6=\(word)") == wanted)
    }
}
