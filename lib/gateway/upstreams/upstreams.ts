import type { Verdict } from '../outcome/classify.ts'
import type { UpstreamAddress } from './parse-upstreams.ts'
import { UpstreamHealth, type UpstreamState } from './upstream-health.ts'

/** The operator's table. Latencies are to the first byte, over five minutes. */
export interface UpstreamStatus {
  upstream: string
  state: UpstreamState
  /** Until it is tried again; 0 unless it is ejected. */
  ejectedForMs: number
  requests: number
  averageMs: number | null
  p95Ms: number | null
  /** 0 to 1. */
  errorRate: number
}

export interface Upstreams {
  /**
   * Where a request goes. `only`: the one upstream that its account's keys may be sent to. Undefined only when nothing
   * is left: with every upstream ejected the request still goes to one, since trying is better than refusing.
   */
  choose(options?: { exclude?: readonly string[]; only?: string }): UpstreamAddress | undefined
  /** How it went, as soon as it is known; a stream that breaks later is told again. `ttfbMs`: until the head. */
  observe(name: string, verdict: Verdict, ttfbMs?: number): void
  /** Takes over another list. What is known of an upstream whose name and address stay is kept. */
  replace(upstreams: readonly UpstreamAddress[]): void
  list(): readonly UpstreamAddress[]
  status(): UpstreamStatus[]
}

interface Member {
  address: UpstreamAddress
  health: UpstreamHealth
}

/**
 * Chooses the better of two random upstreams by expected latency: nearly as good as the best of all, without sending
 * everybody to the same one. An upstream that keeps failing is ejected, tried by one live request, and returns slowly.
 */
export function createUpstreams(
  addresses: readonly UpstreamAddress[],
  host: { now?: () => number; random?: () => number } = {},
): Upstreams {
  const now = host.now ?? (() => performance.now())
  const random = host.random ?? Math.random
  let members = new Map<string, Member>()

  const replace = (list: readonly UpstreamAddress[]) => {
    members = new Map(
      list.map((address) => {
        const known = members.get(address.name)
        const same = known?.address.origin === address.origin && known.address.basePath === address.basePath
        return [address.name, { address, health: known && same ? known.health : new UpstreamHealth() }]
      }),
    )
  }
  replace(addresses)

  return {
    choose({ exclude, only } = {}) {
      const nowMs = now()
      const open = [...members.values()].filter(
        ({ address: { name } }) => (only === undefined || name === only) && !exclude?.includes(name),
      )
      const chosen = choice(open, nowMs, random)
      chosen?.health.ask(nowMs)
      return chosen?.address
    },
    observe(name, { charge, reason }, ttfbMs) {
      if (reason === 'caller-left') return
      const failed = charge === 'upstream'
      // Errors come faster than answers: they would make the upstream that refuses most look best.
      const measured = reason === 'answered' && ttfbMs !== undefined
      members.get(name)?.health.observe(now(), { failed, ...(measured && { ttfbMs }) })
    },
    replace,
    list: () => [...members.values()].map(({ address }) => address),
    status: () => [...members.values()].map((member) => statusOf(member, now())),
  }
}

function choice(open: readonly Member[], nowMs: number, random: () => number): Member | undefined {
  if (open.length < 2) return open[0]
  const onTrial = open.find(({ health }) => health.awaitsTrial(nowMs))
  if (onTrial) return onTrial
  const healthy = open.filter(({ health }) => ['in', 'returning'].includes(health.state(nowMs)))
  const [one, other] = twoOf(healthy.length > 0 ? healthy : open, random)
  if (!one || !other) return one
  const isBetter = one.health.expectedMs(nowMs) <= other.health.expectedMs(nowMs)
  const [better, second] = isBetter ? [one, other] : [other, one]
  const share = better.health.share(nowMs)
  return share < 1 && random() >= share ? second : better
}

/** Two different ones at random, in random order; fewer if there are not so many. */
function twoOf(members: readonly Member[], random: () => number): [Member?, Member?] {
  const first = Math.floor(random() * members.length)
  const step = 1 + Math.floor(random() * (members.length - 1))
  const second = (first + step) % members.length
  return first === second ? [members[first]] : [members[first], members[second]]
}

function statusOf({ address, health }: Member, nowMs: number): UpstreamStatus {
  const { requests, averageMs, p95Ms, errorRate } = health.summary(nowMs)
  return {
    upstream: address.name,
    state: health.state(nowMs),
    ejectedForMs: health.ejectedForMs(nowMs),
    requests,
    averageMs: averageMs ?? null,
    p95Ms: p95Ms ?? null,
    errorRate,
  }
}
