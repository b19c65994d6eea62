import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Config, settings } from '#lib/config.ts'
import { type Finding, findingsAbout } from './finding.ts'

const { well, remark } = findingsAbout('Settings')

const ENV_FILES = ['.env', '.env.local', '.env.production', '.env.production.local']
/** So many letters may be wrong in a name that is taken for a misspelt one; in a short one, every fourth. */
const MOST_WRONG = 2

/** What can be said of settings that are all valid: misspelt ones, and combinations that surprise. */
export function examineSettings(root: string, config: Config): Finding[] {
  return [
    well('All are valid.'),
    ...ENV_FILES.flatMap((name) => examineEnvFile(path.join(root, name), name)),
    ...examineExposure(config),
  ]
}

function examineEnvFile(file: string, name: string): Finding[] {
  if (!existsSync(file)) return []
  const findings: Finding[] = []
  const mode = statSync(file).mode & 0o077
  if (mode !== 0) {
    findings.push(remark(`${name} can be read by other users of this machine.`, `chmod 600 ${name}`))
  }
  for (const [, key = ''] of readFileSync(file, 'utf8').matchAll(
    /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=/gm,
  )) {
    const meant = key in settings ? undefined : nearestSetting(key)
    if (meant) findings.push(remark(`${key} in ${name} is no setting of Tain's.`, `Did you mean ${meant}?`))
  }
  return findings
}

/** The setting that a name most resembles, if it does. */
export function nearestSetting(name: string): string | undefined {
  let nearest: { name: string; distance: number } | undefined
  for (const known of Object.keys(settings)) {
    const distance = differences(name.replaceAll('_', ''), known.replaceAll('_', ''))
    if (
      distance <= Math.min(MOST_WRONG, known.length / 4) &&
      distance < (nearest?.distance ?? Number.POSITIVE_INFINITY)
    ) {
      nearest = { name: known, distance }
    }
  }
  return nearest?.name
}

/** Letters to change, add or leave out (Levenshtein), row by row. */
function differences(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

/** Whether a host is this machine itself. */
export const isLoopback = (host: string) => /^(?:127\.|::1$|localhost$)/.test(host)

function examineExposure(config: Config): Finding[] {
  const findings: Finding[] = []
  const isPublic = config.SITE_URL !== undefined || !isLoopback(config.HOST)
  if (!isLoopback(config.HOST) && config.GUESTS === 'open') {
    findings.push(
      remark('Everybody who can reach this machine may chat at your expense.', 'Set GUESTS=off, or mean it.'),
    )
  }
  if (isPublic && !config.SITE_URL?.startsWith('https:')) {
    findings.push(
      remark(
        'The site is open to a network, and passwords and sessions travel unencrypted.',
        'Put TLS in front (docs/nginx.md) and set SITE_URL=https://…',
      ),
    )
  }
  if (
    isLoopback(config.HOST) &&
    config.SITE_URL?.startsWith('https:') &&
    config.TRUSTED_PROXIES.length === 0
  ) {
    findings.push(
      remark(
        'Something in front of the site ends TLS, and its word about who calls is not believed: all callers are one address to the limits.',
        'Set TRUSTED_PROXIES and CLIENT_IP_HEADER (docs/nginx.md).',
      ),
    )
  }
  if (isPublic && config.OPERATOR_CONTACT === undefined) {
    findings.push(remark('The terms and the privacy page name nobody.', 'Set OPERATOR_CONTACT.'))
  }
  return findings
}
