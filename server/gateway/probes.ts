import { type Dispatcher, request } from 'undici'
import { RELAY_SECRET_HEADER } from '../../lib/gateway/identity.ts'
import { type Answer, classify, type NoAnswer } from '../../lib/gateway/outcome/classify.ts'
import { failureKindOf } from '../../lib/gateway/outcome/failure-kind.ts'
import { isRefusal } from '../../lib/gateway/refusal.ts'
import type { Supply } from '../../lib/gateway/supply.ts'
import { codeOf } from '../../lib/gateway/upstream-failure.ts'
import type { UpstreamAddress } from '../../lib/gateway/upstreams/parse-upstreams.ts'

const PROBE_TIMEOUT_MS = 10_000
const MAX_ERROR_BYTES = 8 * 1024

/** Asks every upstream for its models every `intervalMs`, as a caller would, so that trouble is known before one comes. */
export function startProbes(supply: Supply, agent: Dispatcher, intervalMs: number | undefined): () => void {
  if (intervalMs === undefined) return () => {}
  const timer = setInterval(() => {
    for (const upstream of supply.upstreams.list()) void probe(supply, agent, upstream)
  }, intervalMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** One question to one upstream. Without a free key it is not asked. Never rejects. */
export async function probe(supply: Supply, agent: Dispatcher, upstream: UpstreamAddress): Promise<void> {
  const lease = await supply.pool.lease({ upstream, caller: 'probe', maxWaitMs: 0 })
  if (isRefusal(lease)) return
  const key = lease.keyFor(upstream.origin)
  const secret = supply.secretFor(upstream)
  const headers = {
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...(secret !== undefined && { [RELAY_SECRET_HEADER]: secret }),
  }
  const verdict = classify(await ask(agent, `${upstream.origin}${upstream.basePath}/models`, headers))
  lease.settle(verdict)
  // Without its latency: a list of models comes faster than answers do.
  supply.upstreams.observe(upstream.name, verdict)
}

async function ask(
  dispatcher: Dispatcher,
  url: string,
  headers: Record<string, string>,
): Promise<Answer | NoAnswer> {
  const method = 'GET'
  try {
    const {
      statusCode,
      headers: raw,
      body,
    } = await request(url, {
      dispatcher,
      headers,
      headersTimeout: PROBE_TIMEOUT_MS,
      bodyTimeout: PROBE_TIMEOUT_MS,
    })
    const pairs = Object.entries(raw).flatMap(([name, value]) =>
      [value ?? []].flat().flatMap((it) => [name, it]),
    )
    let text = ''
    for await (const chunk of body) {
      if (text.length < MAX_ERROR_BYTES) text += String(chunk)
    }
    return { method, status: statusCode, headers: pairs, body: text }
  } catch (error) {
    return { method, failure: failureKindOf(codeOf(error)), sent: true }
  }
}
