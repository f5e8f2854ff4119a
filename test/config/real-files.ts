/** Configuration files as they are found on machines; comments shortened, settings and layout kept. */

export const realFiles: Readonly<Record<string, string>> = {
  debian: `#
# Config file for sSMTP sendmail
#
# Who gets all mail for userids < 1000
root=postmaster

# Where the mail goes
mailhub=mail

# Where will the mail seem to come from?
#rewriteDomain=

# The full hostname
hostname=box.example.org

# Are users allowed to set their own From: address?
#FromLineOverride=YES
`,
  fedora: `# /etc/ssmtp.conf -- a config file for sSMTP sendmail.
root=postmaster
mailhub=mail

# mailhub=mail.your.domain:2525
# mailhub=mail.your.domain        

#RewriteDomain=
#Hostname=
#FromLineOverride=YES

#UseTLS=YES
#IMPORTANT: needed for TLS
TLS_CA_File=/etc/pki/tls/certs/ca-bundle.crt

#UseTLSCert=YES
#TLSCert=/etc/pki/tls/private/ssmtp.pem
#Debug=YES
`,
  upstream: `root=postmaster
#MinUserId=1000
mailhub=mail
#rewriteDomain=
#hostname=_HOSTNAME_
`,
  template: `root=postmaster
mailhub=mail
#rewriteDomain=
hostname=_HOSTNAME_
`,
  classic: `root=postmaster
mailhub=mail
#rewriteDomain=
hostname=
`,
  arch: `root=username@gmail.com
mailhub=smtp.gmail.com:587
rewriteDomain=gmail.com
TLS_CA_FILE=/etc/ssl/certs/ca-certificates.crt
UseTLS=Yes
UseSTARTTLS=Yes
AuthUser=username
AuthPass=password
AuthMethod=LOGIN
FromLineOverride=yes
`,
  gmailTutorial: `mailhub=smtp.gmail.com:587
hostname=smtp.gmail.com:587
root=me@gmail.com
AuthUser=me@gmail.com
AuthPass=abcdefghijklmnop
UseSTARTTLS=YES
UseTLS=YES
FromLineOverride=YES
TLS_CA_File=/etc/pki/tls/certs/ca-bundle.crt
`,
  mailboxAsHostname: `root=develop@example.org
mailhub=smtp.exmail.example.org:465
Hostname=develop@example.org
FromLineOverride=YES
UseTLS=YES
AuthUser=develop@example.org
AuthPass=xxxxx
AuthMethod=
`,
  strangers: `root=me@example.org
mailhub=smtp.example.org:587
UserTLS=YES
UseSTARTTLS=YES
AuthLogin=YES
Reweritedomain=example.org
hostname=me@example.org
AuthMethod=DIGEST-MD5
UseOldAUTH=YES
`,
  windows: 'root=postmaster\r\nmailhub=mail\r\nUseTLS=NO\r\n',
  blanks: 'root = postmaster\n  mailhub = mail.example.org : 25\n',
};
