import type { SupplyStatus } from '#lib/gateway/supply.ts'
import type { KeySourceStatus } from '#lib/secrets/key-keeper.ts'

export interface GatewayStatus extends SupplyStatus {
  /** Absent when keys stand in the environment. */
  keySource?: KeySourceStatus
}

/** The state of upstreams and keys as tables for a terminal. */
export function statusText({ upstreams, accounts, keySource }: GatewayStatus): string {
  const ways = upstreams.map(({ upstream, state, ejectedForMs, requests, averageMs, p95Ms, errorRate }) => [
    upstream,
    ejectedForMs > 0 ? `${state} for ${seconds(ejectedForMs)}` : state,
    String(requests),
    averageMs === null ? '-' : `${Math.round(averageMs)} ms`,
    p95Ms === null ? '-' : `${Math.round(p95Ms)} ms`,
    `${(errorRate * 100).toFixed(2)} %`,
  ])
  const keys = accounts.map(({ account, upstream, state, cooldownMs, limitedModels, ...rest }) => [
    account,
    upstream ?? 'any',
    cooldownMs > 0 ? `${state} for ${seconds(cooldownMs)}` : state,
    limitedModels.map((limited) => `${limited.model} for ${seconds(limited.cooldownMs)}`).join(', ') || '-',
    rest.bucket.slots === null ? 'off' : `${rest.bucket.slots} free`,
    String(rest.running),
    String(rest.waiting),
    rest.keys.map(({ name, state }) => (state === 'live' ? name : `${name} (${state})`)).join(', '),
  ])
  return [
    table(['Upstream', 'State', 'Requests', 'Average', 'P95', 'Errors'], ways),
    table(['Account', 'Upstream', 'State', 'Limited models', 'Bucket', 'Running', 'Waiting', 'Keys'], keys),
    ...(keySource ? [sourceTable(keySource)] : []),
  ].join('\n\n')
}

const sourceTable = ({ source, state, readAt, failure }: KeySourceStatus) =>
  table(
    ['Keys from', 'State', 'Last read', 'Failing since'],
    [
      [
        source,
        failure ? `${state} (${failure.code})` : state,
        iso(readAt),
        failure ? iso(failure.since) : '-',
      ],
    ],
  )

const iso = (atMs: number) => new Date(atMs).toISOString()

const seconds = (ms: number) => `${Math.ceil(ms / 1000)} s`

function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  return [head, ...rows]
    .map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}
