# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A certificate authority and server certificates, made with openssl."""

import subprocess

EXTENSIONS = """\
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = {purpose}
subjectAltName = {names}
"""

ELLIPTIC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, text=True)


class Authority:
    """A certificate authority of its own for one test class."""

    def __init__(self, folder, name="smtpqd test authority"):
        self.folder = folder
        self.certificate = folder / "ca.pem"
        self.key = folder / "ca.key"
        _openssl(
            "req", "-x509", *ELLIPTIC, "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.certificate,
        )

    def issue(self, label, names="DNS:localhost", days=2, purpose="serverAuth"):
        """Issue a certificate for `names` (as in subjectAltName); return its chain file and its key file.

        With a negative number of days it has expired already.
        """
        certificate, key = self.folder / f"{label}.pem", self.folder / f"{label}.key"
        request, extensions = self.folder / f"{label}.csr", self.folder / f"{label}.ext"
        extensions.write_text(EXTENSIONS.format(names=names, purpose=purpose))
        _openssl(
            "req", *ELLIPTIC, "-nodes", "-subj", f"/CN={label}", "-keyout", key, "-out", request,
        )
        _openssl(
            "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
            "-CAcreateserial", "-days", days, "-extfile", extensions, "-out", certificate,
        )
        return certificate, key
