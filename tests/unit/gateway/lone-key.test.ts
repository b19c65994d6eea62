import { describe, expect, it } from 'vitest'
import type { KeyEvent } from '#lib/gateway/keys/key-events.ts'
import { createLoneKey } from '#lib/gateway/keys/lone-key.ts'
import { classify } from '#lib/gateway/outcome/classify.ts'
import { isRefusal } from '#lib/gateway/refusal.ts'

const secret = 'sk-canary-0123456789abcdef'
const ask = { upstream: { name: 'one', origin: 'https://api.openai.com' }, caller: 'anyone' }
const verdict = (status: number, body = '') => classify({ method: 'POST', status, headers: [], body })
const quota = '{"error":{"code":"insufficient_quota"}}'

describe('a lone key', () => {
  it('is lent whatever was said about it, and the operator hears each change once', async () => {
    const events: KeyEvent[] = []
    const pool = createLoneKey({ account: 'only', secret }, { tell: (event) => events.push(event) })
    const settle = async (...settled: Parameters<typeof verdict>) => {
      const lease = await pool.lease(ask)
      if (isRefusal(lease)) throw new Error(lease.code)
      expect(lease.keyFor(ask.upstream.origin)).toBe(secret)
      lease.settle(verdict(...settled))
      lease.settle(verdict(200))
    }
    await settle(429, quota)
    await settle(429, quota)
    expect(pool.status()).toMatchObject([{ state: 'out-of-quota', running: 0 }])
    await settle(401, '{"error":{"code":"invalid_api_key"}}')
    expect(pool.status()).toMatchObject([{ state: 'dead', keys: [{ name: 'sk-…cdef', state: 'dead' }] }])
    await settle(500)
    await settle(200)
    expect(pool.status()).toMatchObject([{ state: 'ready', bucket: { slots: null } }])
    expect(events.map(({ event }) => event)).toEqual(['account-out-of-quota', 'key-rejected', 'account-back'])
    expect(JSON.stringify([events, pool.status()])).not.toContain(secret)
  })
})
