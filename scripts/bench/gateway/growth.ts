import { hash } from 'node:crypto'
import { createIdentify } from '../../../lib/gateway/identity.ts'
import { createKeyPool } from '../../../lib/gateway/keys/key-pool.ts'
import { createStoredObjects, idsInPath } from '../../../lib/gateway/keys/stored-objects.ts'
import { createLimits } from '../../../lib/gateway/limits/limits.ts'
import { createMemoryStore } from '../../../lib/gateway/limits/memory-store.ts'
import type { Rate } from '../../../lib/gateway/limits/rate.ts'
import { classify } from '../../../lib/gateway/outcome/classify.ts'
import { isRefusal } from '../../../lib/gateway/refusal.ts'
import { createUpstreams } from '../../../lib/gateway/upstreams/upstreams.ts'

/** One step of the gateway, holding `size` of something. Rejects when it does not do what is measured. */
export type Step = (index: number) => Promise<void>

/** Something there may be many of, and the step whose cost must not grow with it. */
export interface Growth {
  name: string
  /** The step adds to what there is, so few of them may follow one another. */
  grows?: true
  prepare(size: number): Promise<Step>
}

/** High enough that nothing is ever refused, so every step takes the same way. */
const ABUNDANT: Rate = { count: 1_000_000, periodMs: 1000, burst: 999_999 }
/** In an hour: no bucket drains and is forgotten while it is measured. */
const SLOW: Rate = { count: 1_000, periodMs: 3_600_000, burst: 100_000 }

const ORIGIN = 'https://api.openai.com'
const ANSWERED = classify({ method: 'POST', status: 200, headers: [] })
const UPSTREAMS = ['direct', 'relay'].map((name) => ({ name, origin: ORIGIN, basePath: '/v1' }))

const DIGITS = 9

/**
 * Makes texts that differ in their number, each as fresh as if it had just come over the network, and at the same cost
 * for every number: what V8 remembers of small numbers and known strings must not look like a gateway that is slower
 * with many.
 */
function numbered(prefix: string): (number: number) => string {
  const bytes = Buffer.from(prefix + '0'.repeat(DIGITS), 'latin1')
  return (number) => {
    let rest = number
    for (let at = bytes.length - 1; at >= prefix.length; at--) {
      bytes[at] = 48 + (rest % 10)
      rest = Math.trunc(rest / 10)
    }
    return bytes.toString('latin1')
  }
}

const tokenOf = numbered('tain-0123456789012345678901234567890')
const bearerOf = numbered('Bearer tain-0123456789012345678901234567890')
const addressOf = numbered('address:2001:db8:0:')
const objectOf = numbered('resp_0123456789012345678901234567890')
const pathOf = numbered('/responses/resp_0123456789012345678901234567890')

/** Scatters what is asked for over all there is: no step finds what it needs next to what the last one needed. */
const scattered = (index: number, size: number) => (index * 7_919) % size

const sha256 = (text: string) => hash('sha256', text)

async function prepareTokens(size: number): Promise<Step> {
  const tokens = Array.from({ length: size }, (_, index) => tokenOf(index))
  const identify = createIdentify({ open: false, tokens }, { sha256 })
  return async (index) => {
    const caller = await identify([
      'content-type',
      'application/json',
      'authorization',
      bearerOf(scattered(index, size)),
    ])
    if (isRefusal(caller)) throw new Error('a token was not recognised')
  }
}

async function prepareAddresses(size: number): Promise<Step> {
  const limits = createLimits(createMemoryStore())
  const step: Step = async (index) => {
    const key = addressOf(scattered(index, size))
    const { allowed } = await limits.take(key, SLOW)
    const release = await limits.streams.acquire(key, 100)
    if (!allowed || isRefusal(release)) throw new Error('an address was refused')
    release()
  }
  for (let index = 0; index < size; index++) await step(index)
  return step
}

async function prepareKeys(size: number): Promise<Step> {
  const keys = Array.from({ length: size }, (_, index) => ({
    account: `account-${index}`,
    secret: `sk-${String(index).padStart(40, '0')}`,
  }))
  const pool = createKeyPool({ keys, rate: ABUNDANT }, { tell: () => undefined })
  return async () => {
    const lease = await pool.lease({ upstream: { name: 'direct', origin: ORIGIN }, caller: 'bench' })
    if (isRefusal(lease)) throw new Error('no key was given')
    lease.keyFor(ORIGIN)
    lease.settle(ANSWERED)
  }
}

/** All policies, one after the other, each request from somewhere else and naming an object of its own. */
async function prepareRequests(size: number): Promise<Step> {
  const identify = createIdentify({ open: false, tokens: [tokenOf(0)] }, { sha256 })
  const limits = createLimits(createMemoryStore())
  const keys = [0, 1, 2].map((index) => ({ account: `account-${index}`, secret: `sk-${index}23456789` }))
  const pool = createKeyPool({ keys, rate: ABUNDANT }, { tell: () => undefined })
  const upstreams = createUpstreams(UPSTREAMS)
  const objects = createStoredObjects()
  const step: Step = async (index) => {
    const caller = await identify(['authorization', bearerOf(0)])
    const { allowed } = await limits.take(addressOf(index), SLOW)
    const upstream = upstreams.choose()
    if (isRefusal(caller) || !allowed || !upstream) throw new Error('a request was refused')
    objects.accountOf(idsInPath(pathOf(Math.max(0, index - 1))))
    const lease = await pool.lease({ upstream, caller: caller.id })
    if (isRefusal(lease)) throw new Error('no key was given')
    objects.remember(lease.account, [objectOf(index)])
    lease.settle(ANSWERED)
    upstreams.observe(upstream.name, ANSWERED, 200)
  }
  for (let index = 0; index < size; index++) await step(index)
  return (index) => step(size + index)
}

/** What the memory of the machine alone costs: a table of JavaScript's own, asked for a text like those above. */
async function prepareTable(size: number): Promise<Step> {
  const table = new Map(Array.from({ length: size }, (_, index) => [addressOf(index), { count: 0 }]))
  return async (index) => {
    const entry = table.get(addressOf(scattered(index, size)))
    if (!entry) throw new Error('an entry was not found')
    entry.count++
  }
}

/** For comparison: no gateway can look something up for less. */
export const PLAIN_MAP: Growth = { name: '(a plain Map)', prepare: prepareTable }

export const GROWTHS: Growth[] = [
  { name: 'tokens', prepare: prepareTokens },
  { name: 'addresses', prepare: prepareAddresses },
  { name: 'keys', prepare: prepareKeys },
  { name: 'past requests', grows: true, prepare: prepareRequests },
]
