import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Site, startNodeSite, upstreamSettings } from '#tests/support/site.ts'
import { KEY, type TestHost, TOKEN } from '../gateway/hosts.ts'
import type { ProcessState } from './site-probe.ts'

export const MIB = 1024 * 1024

/** As the clients of `tests/integration/gateway` want a host. */
export const hostAt = (port: number | string) => ({ port: Number(port) }) as TestHost

/** A site with one upstream, one key and one token, which nobody limits. */
export const settingsFor = (upstreamUrl: string): Record<string, string> => ({
  ...upstreamSettings({ url: upstreamUrl }, KEY),
  GATEWAY_TOKENS: TOKEN,
  CALLER_STREAMS: 'off',
  LOG_LEVEL: 'error',
})

/** A site whose process can be looked into. */
export interface ProbedSite {
  site: Site
  host: TestHost
  state(): Promise<ProcessState>
  /** Resolves when as few sockets are open as `sockets`; rejects when that does not happen. */
  sockets(sockets: number): Promise<void>
}

/** A site as `start` starts it, with the probe in its process. */
export async function startProbedSite(
  env: Record<string, string>,
  start: typeof startNodeSite = startNodeSite,
): Promise<ProbedSite> {
  const probe = pathToFileURL(path.join(import.meta.dirname, 'site-probe.ts')).href
  const site = await start({ env: { ...env, NODE_OPTIONS: `--import=${probe}` } })
  const port = /probe on port (\d+)/.exec(site.output())?.[1]
  const state = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`)
    // Written by the probe, a few lines away.
    return (await response.json()) as ProcessState
  }
  const untilSockets = async (sockets: number) => {
    const deadlineMs = performance.now() + SOCKETS_DEADLINE_MS
    for (let open = (await state()).sockets; open > sockets; open = (await state()).sockets) {
      if (performance.now() > deadlineMs) throw new Error(`${open} sockets stay open, there were ${sockets}`)
    }
  }
  return { site, host: hostAt(new URL(site.url).port), state, sockets: untilSockets }
}

/** Closing has no event that another process could await. */
const SOCKETS_DEADLINE_MS = 10_000

/** Runs `work` for each item, `width` at a time, and hands out the results in order. */
export async function inLanes<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const lane = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T, i)
  }
  await Promise.all(Array.from({ length: width }, lane))
  return results
}
