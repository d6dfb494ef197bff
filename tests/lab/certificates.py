"""A certificate authority for the lab, and certificates that are wrong in the ways that certificates are wrong."""

import datetime
import ipaddress
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# Fixed, because their text is part of the error; the clock of the machine lies after the first and before the others.
PAST = datetime.datetime(2020, 1, 1), datetime.datetime(2021, 1, 1)
VALID = datetime.datetime(2022, 1, 1), datetime.datetime(2049, 1, 1)
FUTURE = datetime.datetime(2048, 1, 1), datetime.datetime(2049, 1, 1)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


class Authority:
    """Signs certificates, and writes them as `<label>.crt` and `<label>.key` into one folder."""

    def __init__(self, folder, label="Lab Root CA", issuer=None, file="ca"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.label = label
        self.issuer = issuer
        self.key = ec.generate_private_key(ec.SECP256R1())
        signer, by = (issuer.key, issuer.label) if issuer else (self.key, label)
        builder = self.builder(label, by, VALID, self.key)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.certificate = builder.sign(signer, hashes.SHA256())
        self.path = self.folder / f"{file}.crt"
        self.path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    @staticmethod
    def builder(subject, issuer, period, key):
        builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
        return builder.serial_number(x509.random_serial_number()).not_valid_before(period[0]).not_valid_after(period[1])

    def issue(self, label, host, kind="good"):
        """Writes certificate and key for a host; `kind` says what is wrong with them. Returns the two paths."""
        key = ec.generate_private_key(ec.SECP256R1())
        period = {"expired": PAST, "not-yet-valid": FUTURE}.get(kind, VALID)
        signer, by = (key, host) if kind in ("self-signed", "common-name-only") else (self.key, self.label)
        builder = self.builder(host, by, period, key)
        covered = {"wrong-name": "ingress.local", "no-address": "registry.lab.example"}.get(kind, host)
        if kind != "common-name-only":
            builder = builder.add_extension(x509.SubjectAlternativeName([alternative(covered)]), critical=False)
        chain = builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        certificate, private = self.folder / f"{label}.crt", self.folder / f"{label}.key"
        certificate.write_bytes(chain)
        private.write_bytes(pem(key))
        return certificate, private


def alternative(host):
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
