import { createHash } from 'node:crypto'
import { createClient } from '@redis/client'
import type { Decision } from '../../lib/gateway/limits/gcra.ts'
import type { Rate } from '../../lib/gateway/limits/rate.ts'
import {
  createSharedStore,
  type RemoteLimits,
  type SharedStore,
  type SharedStoreOptions,
} from '../../lib/gateway/limits/shared-store.ts'

export interface RedisLimitOptions extends SharedStoreOptions {
  /** `redis://` or, with TLS, `rediss://`; may carry user, password and database. */
  url: string
  /** What all keys begin with. */
  prefix?: string
}

/**
 * Limits shared through Redis (5 or newer; each command touches one key, so a cluster's proxy will do). Connects with
 * the first request. What happens while Redis is away is told at {@link createSharedStore}.
 */
export function createRedisLimitStore({ url, prefix = 'tain:', ...options }: RedisLimitOptions): SharedStore {
  return createSharedStore(new RedisLimits(url, prefix), options)
}

interface Script {
  text: string
  sha1: string
}

const script = (text: string): Script => ({ text, sha1: createHash('sha1').update(text).digest('hex') })

/** Redis's clock is the only one that counts, so that instances agree whatever theirs say. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/** `takeOne` of lib/gateway/limits/gcra.ts, line by line; tests hold the two together. */
export const TAKE_BODY = `
local count, period, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local function remember(excess, last)
  local text = string.format('%.0f %.0f', excess, last)
  redis.call('SET', KEYS[1], text, 'PX', math.ceil((excess + period) / count))
end
local stored = redis.call('GET', KEYS[1])
if not stored then
  remember(0, now)
  return { 1, 0 }
end
local excess, last = string.match(stored, '^(%d+) (%d+)$')
excess, last = tonumber(excess), tonumber(last)
if now < last - 60000 then
  last = now
  remember(excess, last)
end
local owed = math.max(0, excess - count * math.max(0, now - last) + period)
local too_much = owed - burst * period
if too_much > 0 then
  return { 0, math.max(0, last - now) + math.ceil(too_much / count) }
end
remember(owed, math.max(last, now))
return { 1, 0 }
`

const TAKE = script(NOW + TAKE_BODY)

/** Slots are members of a sorted set; their score is when the lease ends. */
const HOLD = script(`${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
`)

/** Resolves to how many members are alive, these included. */
const KEEP = script(`${NOW}
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('ZCARD', KEYS[1])
`)

const CONNECT_TIMEOUT_MS = 2000

class RedisLimits implements RemoteLimits {
  readonly #url: string
  readonly #prefix: string
  #connection: { client: Client; ready: Promise<Client> } | undefined

  constructor(url: string, prefix: string) {
    this.#url = url
    this.#prefix = prefix
  }

  async take(key: string, { count, periodMs, burst }: Rate): Promise<Decision> {
    const reply = await this.#run(TAKE, `rate:${key}`, [count, periodMs, burst])
    if (!Array.isArray(reply)) throw new TypeError('Redis answered with something else')
    return Number(reply[0]) === 1 ? { allowed: true } : { allowed: false, retryAfterMs: Number(reply[1]) }
  }

  async hold(key: string, slot: string, max: number, leaseMs: number): Promise<boolean> {
    return Number(await this.#run(HOLD, `streams:${key}`, [leaseMs, max, slot])) === 1
  }

  async keep(slots: ReadonlyMap<string, ReadonlySet<string>>, leaseMs: number): Promise<void> {
    await Promise.all([...slots].map(([key, held]) => this.#run(KEEP, `streams:${key}`, [leaseMs, ...held])))
  }

  async letGo(key: string, slot: string): Promise<void> {
    const client = await this.#connect()
    await client.sendCommand(['ZREM', `${this.#prefix}streams:${key}`, slot])
  }

  async present(instance: string, leaseMs: number): Promise<number> {
    return Number(await this.#run(KEEP, 'instances', [leaseMs, instance]))
  }

  disconnect(): void {
    this.#connection?.client.destroy()
    this.#connection = undefined
  }

  async #run({ text, sha1 }: Script, key: string, args: (string | number)[]): Promise<unknown> {
    const client = await this.#connect()
    const rest = ['1', this.#prefix + key, ...args.map(String)]
    try {
      return await client.sendCommand(['EVALSHA', sha1, ...rest])
    } catch (error) {
      // A Redis that was restarted or flushed has forgotten the script.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return client.sendCommand(['EVAL', text, ...rest])
    }
  }

  #connect(): Promise<Client> {
    if (this.#connection) return this.#connection.ready
    const client = clientFor(this.#url)
    const ready = client.connect().then(() => client)
    this.#connection = { client, ready }
    // A connection lives once; whoever asks next makes a new one. The command that met the failure reports it.
    client.on('error', () => {
      if (this.#connection?.client === client) this.#connection = undefined
    })
    return ready
  }
}

type Client = ReturnType<typeof clientFor>

function clientFor(url: string) {
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false },
  })
}
