"""What a server of this machine needs to encrypt, and a client to believe it."""

import ssl
from pathlib import Path

# A key and a certificate for "localhost" and 127.0.0.1 that were made for these tests and guard nothing.
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwq4ayYVA1/rDiefM
v5R8BMee6IOBCRY8UKV04zXP9HihRANCAAQUECiQ91bY0r5Ec6WKgcOeO6V++aMf
U4tss6aWF6BtP/3BuwqY3ybOk6hkGhiYkJYMZfLAhk3dv+m4J+AQPLJX
-----END PRIVATE KEY-----
"""
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBZzCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBQQKJD3VtjSvkRz
pYqBw547pX75ox9Ti2yzppYXoG0//cG7CpjfJs6TqGQaGJiQlgxl8sCGTd2/6bgn
4BA8slejTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
BTADAQH/MB0GA1UdDgQWBBTfa/FVC8nzexqMFiYN/Ugj4mxDIjAKBggqhkjOPQQD
AgNIADBFAiAiZF9TrhmQLK9883j2iYEfkMKVBdv0Rkm9KgEtQFl4lQIhAJfV8ncT
Hiz9DIdqLBwA6Jq23vx3LdRHOKu63RD+Vmjq
-----END CERTIFICATE-----
"""


def server_tls(folder: Path) -> ssl.SSLContext:
    """What a server needs; `folder` is for its files. Only clients that know CERTIFICATE believe it."""
    (folder / "key.pem").write_text(KEY)
    (folder / "certificate.pem").write_text(CERTIFICATE)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context
