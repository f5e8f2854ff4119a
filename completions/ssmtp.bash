# Completion of ssmtp in bash. Made from src/cli/flags.ts by "npm run generate"; edit that.

_ssmtp() {
  local word=${COMP_WORDS[COMP_CWORD]} words=''
  COMPREPLY=()
  case ${COMP_WORDS[COMP_CWORD - 1]} in
    -C | -X)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    -f | -r | -F | -au | -ap | -O | -V | -h | -L) return ;;
    -am) words='SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN XOAUTH2 OAUTHBEARER EXTERNAL' ;;
    -N) words='never success failure delay' ;;
    -R) words='full hdrs' ;;
    *)
      if [[ ${COMP_WORDS[1]} == queue ]] && ((COMP_CWORD > 1)); then
        if ((COMP_CWORD == 2)); then
          words='list run flush show hold release delete'
        elif [[ ${COMP_WORDS[2]} == @(show|hold|release|delete) ]]; then
          words="ALL $(ssmtp queue list --json 2>/dev/null | sed -n 's/.*"queue_id":"\([0-9A-F]*\)".*/\1/p')"
        fi
      elif [[ ${COMP_WORDS[1]} == dead-letter ]] && ((COMP_CWORD > 1)); then
        if ((COMP_CWORD > 2)); then
          mapfile -t COMPREPLY < <(compgen -f -- "$word")
          return
        fi
        words='list resend'
      elif [[ $word == -* ]]; then
        words='-t -i -f -r -F -C -v -4 -6 -au -ap -am -O -V -N -R -h -L -X -q -I --explain --dry-run -n --json --check --probe --version --help -bm -bV -bs -bp -bi -bv -oi -oep -oem -oeq -oee -oew'
      elif ((COMP_CWORD == 1)); then
        words='dead-letter queue'
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _ssmtp ssmtp
