import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isChatToken, signChatToken, verifyChatToken } from '#lib/gateway/chat-token.ts'

const secret = 'a secret of the site, 32 bytes or more'
const now = () => 1_800_000_000_000

const sign = (subject = 'account-1', ttlMs = 60_000) => signChatToken({ subject, secret, ttlMs, now })

describe('chat tokens', () => {
  it('come back with their subject, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (subject) => {
        fc.pre(subject.isWellFormed())
        const token = await sign(subject)
        expect(isChatToken(token)).toBe(true)
        expect(token).toMatch(/^[\x21-\x7e]+$/)
        expect(await verifyChatToken(token, { secret, now })).toEqual({ subject })
      }),
      { numRuns: 50 },
    )
  })

  it('end when their time is over', async () => {
    const token = await sign('account-1', 1000)
    expect(await verifyChatToken(token, { secret, now: () => now() + 999 })).not.toBeNull()
    expect(await verifyChatToken(token, { secret, now: () => now() + 1000 })).toBeNull()
  })

  it('are worth nothing with another secret', async () => {
    expect(await verifyChatToken(await sign(), { secret: `${secret}!`, now })).toBeNull()
  })

  it('have one spelling: any other character anywhere makes them invalid', async () => {
    const token = await sign()
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...'Aa0_-.=/+ '), async (at, char) => {
        fc.pre(token[at] !== char)
        const forged = token.slice(0, at) + char + token.slice(at + 1)
        expect(await verifyChatToken(forged, { secret, now })).toBeNull()
      }),
      { numRuns: 300 },
    )
  })

  it('are refused when malformed, and never throw', async () => {
    const token = await sign()
    const [prefix, body] = token.split('.')
    const malformed = ['', 'tain-chat.', `${prefix}.${body}`, `${prefix}.${body}.`, `${token}.x`, `x${token}`]
    for (const text of malformed) expect(await verifyChatToken(text, { secret, now })).toBeNull()
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await verifyChatToken(`tain-chat.${text}`, { secret, now })).toBeNull()
      }),
    )
  })
})
