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

HARBOUR = """\
-----BEGIN CERTIFICATE-----
MIIBjDCCATKgAwIBAgIBAjAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9oYXJib3Vy
LmV4YW1wbGUwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBoxGDAW
BgNVBAMMD2hhcmJvdXIuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BBQQKJD3VtjSvkRzpYqBw547pX75ox9Ti2yzppYXoG0//cG7CpjfJs6TqGQaGJiQ
lgxl8sCGTd2/6bgn4BA8slejZzBlMDMGA1UdEQQsMCqCFG1haWwuaGFyYm91ci5l
eGFtcGxlghJteC5oYXJib3VyLmV4YW1wbGUwDwYDVR0TAQH/BAUwAwEB/zAdBgNV
HQ4EFgQU32vxVQvJ83sajBYmDf1II+JsQyIwCgYIKoZIzj0EAwIDSAAwRQIgVSAW
342+MhCRqAtea1EpTB915MlqAN/ljbLwsbdJ7Q0CIQDnCaSKagLBFjxzBtenE9+4
XDLQoAwF1pztKp7i1zIStg==
-----END CERTIFICATE-----
"""
"""Another one with that key, for mail.harbour.example and mx.harbour.example."""


def server_tls(folder: Path, certificate: str = CERTIFICATE) -> ssl.SSLContext:
    """What a server needs; `folder` is for its files. Only clients that know the certificate believe it."""
    (folder / "key.pem").write_text(KEY)
    (folder / "certificate.pem").write_text(certificate)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context
