import { describe, expect, it } from 'vitest'
import { signChatToken } from '#lib/gateway/chat-token.ts'
import { createIdentify, credentialOf } from '#lib/gateway/identity.ts'

const chatSecret = 'a secret of the site, 32 bytes or more'
const tokens = ['tain-first-token-of-the-site', 'tain-second-token-of-the-site']
const identify = createIdentify({ open: false, tokens, chatSecret })

describe('credentialOf', () => {
  it.each([
    [['Authorization', 'Bearer abc']],
    [['authorization', 'bearer   abc  ']],
    [['X-API-Key', 'abc']],
    [['api-key', ' abc ']],
    [['Authorization', 'Bearer abc', 'x-api-key', 'abc', 'api-key', 'abc']],
    [['Authorization', 'Basic dXNlcjpwYXNz', 'api-key', 'abc']],
  ])('finds the one in %j', (headers) => {
    expect(credentialOf(headers)).toBe('abc')
  })

  it.each([
    [['Authorization', 'Bearer abc', 'x-api-key', 'abd']],
    [['Authorization', 'Bearer abc', 'authorization', 'Bearer abd']],
    [['x-api-key', 'abc', 'api-key', 'ABC']],
  ])('refuses two that differ: %j', (headers) => {
    expect(credentialOf(headers)).toMatchObject({ status: 400, code: 'site_conflicting_credentials' })
  })

  it.each([[[]], [['Authorization', 'Basic x']], [['Authorization', 'Bearer ', 'x-api-key', ' ']]])(
    'finds none in %j',
    (headers) => {
      expect(credentialOf(headers)).toBeUndefined()
    },
  )
})

describe('identify', () => {
  it('knows every static token, tells them apart and does not show them', async () => {
    const callers = await Promise.all(tokens.map((token) => identify(['authorization', `Bearer ${token}`])))
    expect(callers).toMatchObject([{ kind: 'token' }, { kind: 'token' }])
    expect(new Set(callers.map((caller) => ('id' in caller ? caller.id : ''))).size).toBe(2)
    for (const token of tokens) expect(JSON.stringify(callers)).not.toContain(token.slice(5))
  })

  it('knows the chat by its signed token', async () => {
    const token = await signChatToken({ subject: 'guest-7', secret: chatSecret, ttlMs: 60_000 })
    expect(await identify(['authorization', `Bearer ${token}`])).toEqual({ kind: 'chat', id: 'guest-7' })
  })

  it('refuses everybody else with a sentence about how to get in', async () => {
    const expired = await signChatToken({ subject: 'guest-7', secret: chatSecret, ttlMs: -1 })
    const unknown = [
      'tain-first-token-of-the-sitf',
      tokens[0]?.slice(0, -1) ?? '',
      `${tokens[0]}x`,
      expired,
      'sk-1',
    ]
    for (const credential of unknown) {
      const answer = await identify(['authorization', `Bearer ${credential}`])
      expect(answer).toMatchObject({ status: 401, code: 'site_unauthorized' })
      expect(answer).toMatchObject({ message: expect.stringContaining('GATEWAY_TOKENS') })
    }
    expect(await identify([])).toMatchObject({ status: 401 })
  })

  it('accepts no chat token without a secret to check it with', async () => {
    const withoutSecret = createIdentify({ open: false, tokens })
    const token = await signChatToken({ subject: 'x', secret: chatSecret, ttlMs: 60_000 })
    expect(await withoutSecret(['authorization', `Bearer ${token}`])).toMatchObject({ status: 401 })
  })

  it('takes the key that a chat hands on where that is allowed, and else refuses', async () => {
    const token = await signChatToken({ subject: 'ada', secret: chatSecret, ttlMs: 60_000 })
    const as = ['authorization', `Bearer ${token}`]
    const byok = createIdentify({ open: false, tokens, chatSecret, byok: true })
    expect(await byok(as)).toEqual({ kind: 'chat', id: 'ada' })
    const key = 'sk-own-0123456789'
    expect(await byok([...as, 'X-Tain-Own-Key', key])).toEqual({ kind: 'chat', id: 'ada', ownKey: key })
    for (const wrong of ['short', 'tain-not-an-upstream-key', '']) {
      expect(await byok([...as, 'x-tain-own-key', wrong])).toMatchObject({ status: 401 })
    }
    expect(await identify([...as, 'x-tain-own-key', key])).toMatchObject({ status: 401 })
  })

  it('lets anyone in when there is nothing to protect, but not with two faces', async () => {
    const open = createIdentify({ open: true, tokens: [] })
    expect(await open([])).toMatchObject({ kind: 'anyone' })
    expect(await open(['api-key', 'whatever'])).toMatchObject({ kind: 'anyone' })
    expect(await open(['api-key', 'a', 'x-api-key', 'b'])).toMatchObject({ status: 400 })
  })
})
