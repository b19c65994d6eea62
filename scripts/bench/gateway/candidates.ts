import { findNginx } from '../../../tests/support/nginx.ts'
import { claimSite, invitePerson } from '../../../tests/support/people.ts'
import { startNextSite, startNodeSite } from '../../../tests/support/site.ts'
import { findWorkerd, startWorker } from '../../../tests/support/workerd.ts'
import { startProgram } from './child-program.ts'
import { type Cores, moveToCores } from './cores.ts'
import type { Target } from './load-run.ts'
import { startNginxProxy } from './nginx.ts'
import { startPortkey } from './portkey.ts'
import { processListeningOn } from './process-usage.ts'

/** Something to measure, running on the proxy's core. */
export interface Candidate extends Target {
  name: string
  stop(): Promise<void>
}

/** One that cannot be measured here, and why. */
export interface Absent {
  name: string
  missing: string
}

interface Started {
  port: number
  token?: string
  headers?: readonly string[]
  stop(): Promise<void>
}

export type CandidateName = keyof typeof STARTS

const TOKEN = 'tain-bench-0123456789abcdef'

/** Everything on and counting, nothing refused: one token, one key, limits in memory above what a machine can send. */
const settings = (upstreamPort: number) => ({
  OPENAI_BASE_URL: `http://127.0.0.1:${upstreamPort}/v1`,
  OPENAI_API_KEY: 'sk-bench-0123456789abcdef',
  KEY_RATE: 'off',
  GATEWAY_TOKENS: TOKEN,
  CALLER_RATE: '1000000/s',
  CALLER_BURST: '10000',
  CALLER_STREAMS: '100000',
  DENY_NETWORKS: '198.51.100.0/24',
  LOG_LEVEL: 'warn',
})

/** The first is what the others are compared with. Each throws a sentence when it cannot be had here. */
const STARTS = {
  'bare proxy': async (upstreamPort, { proxy }) => {
    const program = startProgram<{ port: number }>('bare-proxy.ts', proxy, [String(upstreamPort)])
    return { ...(await program.ask()), stop: program.stop }
  },
  Tain: (upstreamPort) => startTain(startNodeSite, settings(upstreamPort)),
  'Tain, log on': (upstreamPort) =>
    startTain(startNodeSite, { ...settings(upstreamPort), LOG_LEVEL: 'info' }),
  'Tain, quotas off': (upstreamPort) => startWithPerson(upstreamPort, undefined),
  // More than a machine can use up, so that everything is counted and nothing refused.
  'Tain, quotas on': (upstreamPort) =>
    startWithPerson(upstreamPort, { messagesPerHour: 1e12, tokensPerDay: 1e15, costPerMonth: 1e15 }),
  'Tain under next start': (upstreamPort) => startTain(startNextSite, settings(upstreamPort)),
  'Tain in workerd': async (upstreamPort) => {
    const worker = await startWorker(programOf(findWorkerd()), settings(upstreamPort))
    return { port: worker.directPort, token: TOKEN, stop: worker.stop }
  },
  Portkey: async (upstreamPort) => ({
    ...(await startPortkey(upstreamPort)),
    token: 'sk-bench-0123456789abcdef',
  }),
  'nginx, default': async (upstreamPort) =>
    startNginxProxy(programOf(await findNginx()), 'default', upstreamPort),
  'nginx, keep-alive': async (upstreamPort) =>
    startNginxProxy(programOf(await findNginx()), 'keep-alive', upstreamPort),
} satisfies Record<string, (upstreamPort: number, cores: Cores) => Promise<Started>>

async function startTain(start: typeof startNodeSite, env: Record<string, string>): Promise<Started> {
  const site = await start({ env })
  return { port: Number(new URL(site.url).port), token: TOKEN, stop: site.stop }
}

/** A site that is asked by a person's program, which quotas are for: GATEWAY_TOKENS have none. */
async function startWithPerson(upstreamPort: number, quota: object | undefined): Promise<Started> {
  const OWNER_CODE = 'owner-code-of-the-bench'
  const site = await startNodeSite({ env: { ...settings(upstreamPort), OWNER_CODE } })
  const owner = await claimSite(site.url, OWNER_CODE)
  const person = await invitePerson(site.url, owner, 'Ada')
  const { token } = await (await person.post('/api/account/tokens', { name: 'bench' })).json()
  if (quota) {
    const set = await owner.fetch('/api/console/quotas', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'user', quota }),
    })
    if (!set.ok) throw new Error(`the quota was not set: ${set.status}`)
  }
  return { port: Number(new URL(site.url).port), token, stop: site.stop }
}

function programOf(found: { path: string } | { missing: string }): string {
  if ('missing' in found) throw new Error(found.missing)
  return found.path
}

/** Starts a candidate before the upstream and moves it to its core. */
export async function startCandidate(
  name: CandidateName,
  upstreamPort: number,
  cores: Cores,
): Promise<Candidate | Absent> {
  try {
    const started: Started = await STARTS[name](upstreamPort, cores)
    try {
      const pid = processListeningOn(started.port)
      moveToCores(pid, cores.proxy)
      return { name, ...started, ...(pid !== undefined && { pid }) }
    } catch (error) {
      await started.stop()
      throw error
    }
  } catch (error) {
    return { name, missing: sentenceOf(error) }
  }
}

const sentenceOf = (error: unknown) => (error as Error).message.split('\n', 1)[0] ?? ''
