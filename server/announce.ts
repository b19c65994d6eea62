import path from 'node:path'
import { isClosedToOthers } from '#lib/accounts/owner.ts'
import type { Config } from '#lib/config.ts'
import { databaseFile } from '#lib/db/database.ts'
import { chatApiOf, keysOf, upstreamOf } from '#lib/upstream-config.ts'
import { TOKEN_FILE } from './settings.ts'

interface Announcement {
  version: string
  url: string
  config: Config
  madeToken: boolean
  interruptedRuns: number
  hasOwner: boolean
}

/** What an operator reads when the site is up. Names files, never the secrets in them. */
export function announcement({
  version,
  url,
  config,
  madeToken,
  interruptedRuns,
  hasOwner,
}: Announcement): string {
  const rows: [string, string][] = [
    ['Site', url],
    ['Upstream', describeUpstream(config)],
    ['Gateway', describeGateway(url, config, madeToken)],
    ['Data', databaseFile(config) ?? 'PostgreSQL'],
  ]
  const notes = [
    ...(upstreamOf(config).kind === 'demo' ? [DEMO_NOTE] : []),
    ...(interruptedRuns > 0
      ? [`${interruptedRuns} answer(s) were cut off when the site last stopped; they are kept and marked.`]
      : []),
    ...(config.GUESTS === 'open' && isOpen(config.HOST)
      ? ['Everybody who can reach this address can chat here: GUESTS=open.']
      : []),
    ...(hasOwner ? [] : [ownerNote(config, url)]),
  ]
  return [
    '',
    `  Tain ${version} · an unofficial service, not affiliated with OpenAI`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(10)}${value}`),
    ...notes.flatMap((note) => ['', `  ${note}`]),
    '',
    '',
  ].join('\n')
}

const DEMO_NOTE = `No key is set, so answers come from the built-in demo. To talk to OpenAI:
    OPENAI_API_KEY=sk-... npm start        or put that line into a file named .env`

/** The code is worth nothing once it was used, so it may stand in a log. */
function ownerNote(config: Config, url: string): string {
  const closed = isClosedToOthers(config) ? ', so it is closed to other computers' : ''
  return `This site has no owner yet${closed}. Become its owner, once:
    ${config.SITE_URL ?? url}/welcome#${config.OWNER_CODE}`
}

function describeUpstream(config: Config): string {
  const { kind, url, key } = upstreamOf(config)
  if (kind === 'demo') return 'DEMO, built in · no key set'
  const name = kind === 'openai' ? 'OpenAI' : 'OpenAI-compatible server'
  const { UPSTREAMS } = config
  const place =
    UPSTREAMS.length > 1 ? UPSTREAMS.map((upstream) => upstream.name).join(', ') : `${name} at ${url}`
  return `${place} · ${key ? 'key set' : 'no key set'} · ${chatApiOf(config)} API`
}

function describeGateway(url: string, config: Config, madeToken: boolean): string {
  if (upstreamOf(config).kind === 'demo') return `${url}/v1 · open, because there is no key to protect`
  if (config.RELAY_SECRET !== undefined && keysOf(config).length === 0)
    return `${url}/v1 · a relay: for callers who know RELAY_SECRET, with keys of their own`
  const where = madeToken
    ? `token in ${path.join(config.DATA_DIR, TOKEN_FILE)}`
    : `${config.GATEWAY_TOKENS.length} token(s) of GATEWAY_TOKENS`
  return `${url}/v1 · ${where}`
}

const isOpen = (host: string) => !(host === 'localhost' || host === '::1' || host.startsWith('127.'))

/** The address to open in a browser. */
export function siteUrl(host: string, port: number): string {
  const shown = ['0.0.0.0', '::', '127.0.0.1', '::1', 'localhost'].includes(host) ? 'localhost' : host
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`
}
