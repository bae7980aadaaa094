# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory
#
# The Debian packages that building and testing need. Read by quickstart and test.

BUILD_PACKAGES=(libgsasl-dev libidn2-dev libsystemd-dev pkg-config)
TEST_PACKAGES=(
    cron dante-server dbus debhelper dovecot-core dovecot-gssapi e2fsprogs g++ gcc git-email krb5-admin-server krb5-kdc krb5-user
    libfaketime libmailtools-perl libsasl2-modules lintian mandoc microsocks mutt openssh-client openssh-server openssl php-cli postfix
    prometheus prometheus-node-exporter python3 python3-aiosmtpd python3-flufl.bounce python3-fusepy python3-jsonschema
    python3-prometheus-client s-nail sasl2-bin strace systemd tinyproxy tmux util-linux valgrind
)

# Runs a command as root.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Prints those of the packages that are not installed.
missing_packages() {
    local package
    for package; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

# Installs those of the packages that are missing. Removes nothing, starts nothing, asks nothing.
install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || { echo "these packages are missing, and there is no apt-get: ${missing[*]}" >&2; return 1; }
    echo "installing with apt: ${missing[*]}"
    case " ${missing[*]} " in
        # The tests run instances of their own; the system's Postfix stays unconfigured.
        *" postfix "*) echo "postfix postfix/main_mailer_type select No configuration" | as_root debconf-set-selections ;;
    esac
    local install=(env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
        apt-get install -y -q --no-install-recommends --no-remove "${missing[@]}")
    # The package lists may be missing or old: then the first attempt fails.
    as_root "${install[@]}" >/dev/null 2>&1 || { as_root apt-get update -qq && as_root "${install[@]}" >/dev/null; }
}
