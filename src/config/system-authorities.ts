/**
 * Where systems keep the certificates of the authorities they trust. Sources: Go's crypto/x509 (root_linux.go, root_bsd.go), the
 * README of openSUSE/ca-certificates, Fedora's change dropingOfCertPemFile, certctl(8) of FreeBSD and of NetBSD.
 */

/** One PEM file with all of them. */
export const authorityFiles: readonly string[] = [
  // Debian, Arch, Gentoo; Alpine, whose /etc/ssl/cert.pem leads here.
  '/etc/ssl/certs/ca-certificates.crt',
  // Fedora up to 42.
  '/etc/pki/tls/certs/ca-bundle.crt',
  // SUSE, and where that leads to.
  '/etc/ssl/ca-bundle.pem',
  '/var/lib/ca-certificates/ca-bundle.pem',
  // Fedora, which the one above leads to.
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  // Alpine, OpenBSD, FreeBSD.
  '/etc/ssl/cert.pem',
  // FreeBSD's package ca_root_nss, twice.
  '/usr/local/etc/ssl/cert.pem',
  '/usr/local/share/certs/ca-root-nss.crt',
  // NetBSD.
  '/etc/openssl/certs/ca-certificates.crt',
];

/** Directories of single files, named by hash: most systems and FreeBSD; Fedora; SUSE; NetBSD. */
export const authorityDirectories: readonly string[] = [
  '/etc/ssl/certs',
  '/etc/pki/tls/certs',
  '/etc/pki/ca-trust/extracted/pem/directory-hash',
  '/var/lib/ca-certificates/pem',
  '/etc/openssl/certs',
];
