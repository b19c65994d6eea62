import type { Decision } from './gcra.ts'
import type { Rate } from './rate.ts'
import type { RemoteLimits } from './shared-store.ts'

/** A way to a Redis (5 or newer): over TCP or HTTP, whatever the host has. */
export interface RedisCommands {
  /** Rejects with Redis's own words when it refuses, and when it cannot be asked. */
  send(args: string[]): Promise<unknown>
  /** Drops a connection that may be dead; the next command makes a new one. */
  disconnect(): void
}

/** A script, and the digest by which Redis knows it once it has run. */
interface Script {
  text: string
  sha1: Promise<string>
}

const script = (text: string): Script => ({ text, sha1: sha1Of(text) })

async function sha1Of(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Redis's clock is the only one that counts, so that instances agree whatever theirs say. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/** `takeOne` of gcra.ts, line by line; tests hold the two together. */
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

/** Limits counted in Redis. Each command touches one key, so a cluster's proxy will do. */
export class RedisLimits implements RemoteLimits {
  readonly #redis: RedisCommands
  readonly #prefix: string

  /** All keys begin with `prefix`. */
  constructor(redis: RedisCommands, prefix = 'tain:') {
    this.#redis = redis
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
    await this.#redis.send(['ZREM', `${this.#prefix}streams:${key}`, slot])
  }

  async present(instance: string, leaseMs: number): Promise<number> {
    return Number(await this.#run(KEEP, 'instances', [leaseMs, instance]))
  }

  disconnect(): void {
    this.#redis.disconnect()
  }

  async #run({ text, sha1 }: Script, key: string, args: (string | number)[]): Promise<unknown> {
    const rest = ['1', this.#prefix + key, ...args.map(String)]
    try {
      return await this.#redis.send(['EVALSHA', await sha1, ...rest])
    } catch (error) {
      // A Redis that was restarted or flushed has forgotten the script.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return this.#redis.send(['EVAL', text, ...rest])
    }
  }
}
