import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Config } from '#lib/config.ts'
import { codeOf } from '#lib/gateway/upstream-failure.ts'
import { type ClockReading, type Finding, findingsAbout } from './finding.ts'

const machine = findingsAbout('Machine')
const clock = findingsAbout('Clock')
const site = findingsAbout('Site')

const OLDEST_NODE = 24
const TIMEOUT_MS = 3_000
/** The chat's tokens live for a minute, and a `Date` header is cut to seconds. */
const MOST_AHEAD_MS = 30_000

export function examineNode(version = process.versions.node): Finding {
  const says = `Node ${version} on ${process.platform} ${process.arch}.`
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return machine.well(says)
  return machine.wrong(says, `Tain needs Node ${OLDEST_NODE}; \`npm start\` brings it on Linux.`)
}

/** This machine's clock against those of others. */
export function examineClock(readings: readonly ClockReading[]): Finding[] {
  if (readings.length === 0) return []
  const off = readings.filter(({ aheadMs }) => Math.abs(aheadMs) > MOST_AHEAD_MS)
  if (off.length === 0) return [clock.well(`Agrees with ${readings.map(({ whose }) => whose).join(', ')}.`)]
  return off.map(({ whose, aheadMs }) => {
    const seconds = Math.round(Math.abs(aheadMs) / 1000)
    return clock.wrong(
      `${whose} is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine.`,
      'Turn on time synchronisation (timedatectl set-ntp true): tokens of the chat live for a minute, and certificates have dates.',
    )
  })
}

export function examineBuild(root: string): Finding {
  const isBuilt = existsSync(path.join(root, '.next', 'BUILD_ID'))
  return isBuilt
    ? site.well('The site is built.')
    : site.remark('The site is not built yet.', '`npm start` builds it.')
}

/** Whether the site, or something else, listens where it would. */
export async function examinePort({ HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>): Promise<Finding> {
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[HOST] ?? (HOST.includes(':') ? `[${HOST}]` : HOST)
  const url = `http://${host}:${PORT}/readyz`
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    const said = await response.json().catch(() => undefined)
    if (said?.status === 'ready') return site.well(`The site runs at ${host}:${PORT} and is ready.`)
    if (typeof said?.database === 'string') {
      return site.wrong(
        `The site runs at ${host}:${PORT} and is not ready: the database is ${said.database}, the upstream ${said.upstream}.`,
        'See above, and its log.',
      )
    }
    return inUse(host, PORT)
  } catch (error) {
    if (codeOf(error) === 'ECONNREFUSED') return site.well(`Port ${PORT} is free; the site does not run.`)
    return inUse(host, PORT)
  }
}

const inUse = (host: string, port: number) =>
  site.wrong(`Something else than the site answers at ${host}:${port}.`, 'Stop it, or set another PORT.')

export const versionOf = (root: string): string =>
  JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version
