#compdef ssmtp
# Completion of ssmtp in zsh. Made from src/cli/flags.ts by "npm run generate"; edit that.

if (( CURRENT > 2 )) && [[ $words[2] == queue ]]; then
  local -a commands waiting
  if (( CURRENT == 3 )); then
    commands=(
      'list:List the queue, like mailq'
      'run:Deliver what is due, like -q'
      'flush:Deliver everything now that is not on hold'
      'show:Print the messages as they came in'
      'hold:Do not send the messages before they are released'
      'release:Send the messages at the next run, whether on hold or deferred'
      'delete:Remove the messages; nobody is told'
    )
    _describe command commands
  elif [[ $words[3] == (show|hold|release|delete) ]]; then
    waiting=(ALL ${(f)"$(ssmtp queue list --json 2>/dev/null | sed -n 's/.*"queue_id":"\([0-9A-F]*\)".*/\1/p')"})
    compadd -a waiting
  fi
  return
fi

if (( CURRENT > 2 )) && [[ $words[2] == dead-letter ]]; then
  local -a commands
  if (( CURRENT == 3 )); then
    commands=(
      'list:List the messages that are kept in dead.letter'
      'resend:Send them again to those who did not get them; what is sent or queued is removed'
    )
    _describe command commands
  else
    _files
  fi
  return
fi

_arguments \
  '-t[Take recipients from To, Cc and Bcc as well]' \
  '-i[A last line holding only "." is text, too]' \
  '-f+[Envelope sender; <> is the null sender]:value: ' \
  '-r+[Envelope sender; <> is the null sender]:value: ' \
  '-F+[Full name of the sender, for a From field that is missing]:value: ' \
  '-C+[Configuration file]:file:_files' \
  '-v[Show the dialogue with the hub on standard error]' \
  '-4[Use IPv4 only]' \
  '-6[Use IPv6 only]' \
  '-au+[User name for the login at the hub]:value: ' \
  '-ap+[Password; everyone can see it in ps, so prefer AuthPass=]:value: ' \
  '-am+[Login mechanism, as AuthMethod names it]:value:(SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN XOAUTH2 OAUTHBEARER EXTERNAL)' \
  '-O+[Set a sendmail option by name; see Settings]:value: ' \
  '-V+[Envelope id for delivery status notifications; as last word: the version]:value: ' \
  '-N+[When the sender wants to be told: never, or a list of success, failure, delay; passed on to hubs that can do it]:value:(never success failure delay)' \
  '-R+[How much of the message a notification returns; passed on to hubs that can do it]:value:(full hdrs)' \
  '-h+[Hops that the message has behind it, besides its Received fields]:value: ' \
  '-L+[Name of the program in the log]:value: ' \
  '-X+[Append the dialogue with the hub to the file, without secrets]:file:_files' \
  '-q[Deliver what is due in the queue; -q15m does so every 15 minutes until it is stopped. What need not be due: -qI, -qR and -qS with a text that the queue id, a recipient or the sender holds]' \
  '-I[Same as -bi]' \
  '--explain[Read a message and tell what becomes of each address and header field, and why; nothing is sent]' \
  '--dry-run[Read a message and show its envelope and what would leave; nothing is sent]' \
  '-n[Same as --dry-run under the name ssmtp; accepted without effect under any other, as sendmail gave it no such meaning]' \
  '--json[With mailq, -bv, --explain, --check or --probe: answer for machines, in JSON]' \
  '--check[Show what the configuration was understood to say, its faults, and what is wrong around it: permissions, names of hubs, the queue, who is called sendmail]' \
  '--probe[Go the whole way to every mail hub, up to the recipients (root, unless others are named), and show each step with its time; no message is sent]' \
  '--version[Show the version]' \
  '--help[Show this help]' \
  '-bm[Send the message on standard input (default)]' \
  '-bV[Show the version]' \
  '-bs[Speak SMTP on standard input and output]' \
  '-bp[List the queue (mailq)]' \
  '-bi[Check the aliases file (newaliases)]' \
  '-bv[Show what each address becomes and why; nothing is sent]' \
  '-oi[Same as -i]' \
  '-oep[How errors are told]' \
  '-oem[How errors are told]' \
  '-oeq[How errors are told]' \
  '-oee[How errors are told]' \
  '-oew[How errors are told]' \
  '1:recipient or command:(dead-letter queue)' \
  '*:recipient: '
