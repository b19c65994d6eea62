import { codeOf } from '#lib/gateway/upstream-failure.ts'

/** Why a server was not reached, and what to do: the end of a sentence that begins with who it is. */
export interface Unreachable {
  says: string
  advice?: string
}

const TLS = /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_TLS_|ERR_SSL_|EPROTO)/
const SILENT = /TIMEOUT|TimeoutError|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/

/** Puts what a connection threw into words. `timeoutMs` is how long it was waited for. */
export function unreachable(
  { host, hostname }: { host: string; hostname: string },
  error: unknown,
  timeoutMs: number,
): Unreachable {
  const code = codeOf(error)
  if (/^(?:ENOTFOUND|EAI_AGAIN|EDNS)$/.test(code)) {
    return {
      says: `nobody here knows the name ${hostname}`,
      advice: "Check the address, and this machine's DNS.",
    }
  }
  if (code === 'ECONNREFUSED') {
    return { says: `nothing listens at ${host}`, advice: 'Check the address and that the server runs.' }
  }
  if (TLS.test(code)) {
    return {
      says: `${host} shows a certificate that this machine does not accept (${code}), so nothing is sent there`,
      advice:
        'If the authority is your own, name its file in NODE_EXTRA_CA_CERTS; if not, somebody may be in between.',
    }
  }
  if (SILENT.test(code)) {
    return {
      says: `${host} did not pick up in ${timeoutMs / 1000} s`,
      advice: 'A firewall, or a way that is blocked.',
    }
  }
  return { says: `${host} could not be reached (${code})` }
}
