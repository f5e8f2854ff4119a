/** Where systems keep the certificates of the authorities they trust. */

/** One PEM file with all of them: Debian and Arch, Fedora, SUSE, Alpine and FreeBSD, OpenBSD, older Fedora, FreeBSD's package. */
export const authorityFiles: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/usr/local/share/certs/ca-root-nss.crt',
];

/** Directories of single files, named by hash. */
export const authorityDirectories: readonly string[] = ['/etc/ssl/certs', '/etc/pki/tls/certs'];
