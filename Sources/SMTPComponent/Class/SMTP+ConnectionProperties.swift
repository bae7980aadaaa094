// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// Where to connect to, and how.
extension SMTP {
    /// Whether the session begins with EHLO; with False it begins with HELO.
    ///
    /// With HELO there is no login and no option of a recipient. Initially True.
    public var allowExtensions: Bool {
        get { members.flag(Property.allowExtensions) }
        set { set(.allowExtensions, .flag(newValue)) }
    }

    /// How to log in, where User and Password are set.
    ///
    /// Initially ``AuthMechanism/userPassword``. A mechanism that the server does not have is the error 161.
    public var authMechanism: AuthMechanism {
        get { AuthMechanism(rawValue: members.number(Property.authMechanism)) ?? .userPassword }
        set { set(.authMechanism, .number(newValue.rawValue)) }
    }

    /// Whether the proxy is that of the environment: `ALL_PROXY`, `NO_PROXY`.
    ///
    /// Initially False.
    public var firewallAutoDetect: Bool {
        get { members.flag(Property.firewallAutoDetect) }
        set { set(.firewallAutoDetect, .flag(newValue)) }
    }

    /// What kind of proxy stands between; setting it sets ``firewallPort``.
    ///
    /// Initially none.
    public var firewallType: FirewallType {
        get { FirewallType(rawValue: members.number(Property.firewallType)) ?? .none }
        set { set(.firewallType, .number(newValue.rawValue)) }
    }

    /// The proxy, a name or an IP address.
    ///
    /// Initially empty. Without a ``firewallType`` it is ignored.
    public var firewallHost: String {
        get { members.text(Property.firewallHost) }
        set { set(.firewallHost, .text(newValue)) }
    }

    /// The password for the proxy.
    ///
    /// Initially empty.
    public var firewallPassword: String {
        get { members.text(Property.firewallPassword) }
        set { set(.firewallPassword, .text(newValue)) }
    }

    /// The port of the proxy, 0 to 65535.
    ///
    /// Initially 0; set by ``firewallType`` to 80 or 1080.
    public var firewallPort: Int {
        get { members.number(Property.firewallPort) }
        set { set(.firewallPort, .number(newValue)) }
    }

    /// The login name for the proxy.
    ///
    /// Initially empty: no login there.
    public var firewallUser: String {
        get { members.text(Property.firewallUser) }
        set { set(.firewallUser, .text(newValue)) }
    }

    /// The local IP address to connect from.
    ///
    /// Initially the name of this host, and the system chooses the address. Cannot be changed while connected (107).
    public var localHost: String {
        get { members.text(Property.localHost) }
        set { set(.localHost, .text(newValue)) }
    }

    /// The port of the server, 1 to 65535.
    ///
    /// Initially 25. Port 465 means TLS from the first byte, unless the setting TLS says otherwise. 0 is refused (116), and so is a change while connected (100).
    public var mailPort: Int {
        get { members.number(Property.mailPort) }
        set { set(.mailPort, .number(newValue)) }
    }

    /// The server, a name or an IP address.
    ///
    /// Initially empty. It keeps the name that was given; each connection looks it up anew. Cannot be changed while connected
    /// (101).
    public var mailServer: String {
        get { members.text(Property.mailServer) }
        set { set(.mailServer, .text(newValue)) }
    }

    /// The password for the server.
    ///
    /// Initially empty.
    public var password: String {
        get { members.text(Property.password) }
        set { set(.password, .text(newValue)) }
    }

    /// The longest time without any progress, in seconds; 0 for no limit.
    ///
    /// Initially 60. With the setting AbsoluteTimeout it limits the whole method. Its end is the error 201.
    public var timeout: Int {
        get { members.number(Property.timeout) }
        set { set(.timeout, .number(newValue)) }
    }

    /// The login name for the server.
    ///
    /// Initially empty: no login.
    public var user: String {
        get { members.text(Property.user) }
        set { set(.user, .text(newValue)) }
    }
}
