import { getSystemErrorName } from 'node:util'
import { MAIL_TIMEOUT_MS, openMailTransport } from '#lib/accounts/mail/send-mail.ts'
import type { Config } from '#lib/config.ts'
import { isLoopback } from './examine-settings.ts'
import { type Finding, findingsAbout } from './finding.ts'
import { unreachable } from './unreachable.ts'

const { well, remark, wrong } = findingsAbout('Mail')

/** Whether the server of SMTP_URL lets this site in: connects, encrypts and signs in as letters would. Sends nothing. */
export async function examineMail({ SMTP_URL: server }: Pick<Config, 'SMTP_URL'>): Promise<Finding[]> {
  if (!server) return []
  const { host, port, tls, user } = server
  const place = `${host}:${port}`
  const transport = openMailTransport(server)
  const startedMs = performance.now()
  try {
    await transport.verify()
  } catch (error) {
    const { says, advice } = whyRefused(error, place, host)
    return [wrong(`Letters cannot be sent: ${says}.`, advice)]
  } finally {
    transport.close()
  }
  const tookMs = Math.round(performance.now() - startedMs)
  const how = tls === 'off' ? 'unencrypted' : 'encrypted'
  const asWhom = user === undefined ? 'without a user' : 'with user and password'
  const findings = [well(`${place} lets this site in, ${how} and ${asWhom}, in ${tookMs} ms.`)]
  if (tls === 'off' && !isLoopback(host)) {
    findings.push(
      remark(
        'Letters, and the links in them, travel unencrypted.',
        'Take ?tls=off out of SMTP_URL unless the whole way is a network of your own.',
      ),
    )
  }
  return findings
}

/** nodemailer puts codes of its own over those of the system, and TLS's in words alone. */
interface MailFailure {
  code?: string
  errno?: number
  responseCode?: number
  /** OpenSSL's. */
  reason?: string
  message?: string
}

function whyRefused(error: unknown, place: string, host: string): { says: string; advice?: string } {
  const { code, errno, responseCode, reason, message = '' } = error as MailFailure // checked field by field
  if (code === 'EAUTH') {
    return {
      says: `${place} does not take the user or the password${responseCode ? ` (${responseCode})` : ''}`,
      advice:
        'Correct them in SMTP_URL, with %-codes for signs such as @ : / # (@ is %40). Some want an app password.',
    }
  }
  if (reason === 'wrong version number') {
    return {
      says: `${place} does not speak TLS from the start`,
      advice: 'Use smtp:// (STARTTLS, often port 587) in place of smtps:// (often 465).',
    }
  }
  if (code === 'ETLS') {
    return {
      says: `${place} does not offer STARTTLS, and nothing is sent unencrypted`,
      advice: 'Use smtps:// with its TLS port (often 465); ?tls=off only within a network of your own.',
    }
  }
  if (/Greeting never received/.test(message)) {
    return {
      says: `${place} took the connection and said nothing for ${MAIL_TIMEOUT_MS / 1000} s`,
      advice:
        'A port that wants TLS from the start (often 465) does so: use smtps://. Or something is in between.',
    }
  }
  if (code === 'EPROTOCOL' || code === 'ECONNECTION') {
    return {
      says: `what answers at ${place} is no mail server, or wants nothing to do with this machine`,
      advice: "Check host and port of SMTP_URL, and whether the server allows this machine's address.",
    }
  }
  const isCertificate = /certificate|altname|self-signed/i.test(message)
  const ofSystem = code === 'ESOCKET' && errno !== undefined ? getSystemErrorName(errno) : (code ?? 'unknown')
  const cause = isCertificate ? 'CERT_REFUSED' : ofSystem
  return unreachable(
    { host: place, hostname: host },
    Object.assign(new Error(), { code: cause }),
    MAIL_TIMEOUT_MS,
  )
}
