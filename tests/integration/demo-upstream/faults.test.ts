import OpenAI from 'openai'
import { beforeAll, describe, expect, test } from 'vitest'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { question, rawGet, startDemo } from './start-demo.ts'

const demo = startDemo()
let openai: OpenAI
beforeAll(() => {
  openai = new OpenAI({ apiKey: 'sk-none', baseURL: demo.upstream.url, maxRetries: 0 })
})

describe('faults', () => {
  test('a 429 reaches the official client with its headers, and it waits and tries again', async () => {
    demo.upstream.script(fault.rateLimited({ retryAfterMs: 20 }), answer.text('Now'))
    const patient = new OpenAI({ apiKey: 'sk-none', baseURL: demo.upstream.url, maxRetries: 1 })
    expect((await patient.chat.completions.create(question)).choices[0]?.message.content).toBe('Now')

    demo.upstream.script(fault.rateLimited({ retryAfterMs: 1500 }))
    const error = await openai.chat.completions.create(question).catch((reason: unknown) => reason)
    if (!(error instanceof OpenAI.RateLimitError)) throw new Error('A RateLimitError was expected.')
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'requests' })
    expect(error.headers.get('retry-after-ms')).toBe('1500')
    expect(error.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    expect(demo.upstream.received).toHaveLength(3)
  })

  test.each([
    [fault.quota(), OpenAI.RateLimitError, 'insufficient_quota'],
    [fault.invalidKey(), OpenAI.AuthenticationError, 'invalid_api_key'],
    [fault.forbidden(), OpenAI.PermissionDeniedError, 'model_not_found'],
    [fault.serverError(503), OpenAI.InternalServerError, 'server_is_overloaded'],
  ])('case %#: the official client knows the refusal', async (step, kind, code) => {
    demo.upstream.script(step)
    const error = await openai.responses.create({ model: 'tain-demo', input: 'x' }).catch((reason) => reason)
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({ code })
  })

  test('a reset in the middle makes the official client throw, after what arrived', async () => {
    const seen = Promise.withResolvers<void>()
    demo.upstream.script(fault.resetMidStream({ afterChunks: 3, when: seen.promise }))
    const contents: string[] = []
    const reading = (async () => {
      for await (const chunk of await openai.chat.completions.create({ ...question, stream: true })) {
        contents.push(chunk.choices[0]?.delta.content ?? '')
        if (contents.length === 3) seen.resolve()
      }
    })()
    await expect(reading).rejects.toThrow()
    expect(contents).toEqual(['', 'Hello', '!'])
    expect(await (await demo.upstream.nextRequest()).closed).toBe('cut')
  })

  test('before the head: reset, close, silence', async () => {
    demo.upstream.script(fault.resetBeforeHeaders(), fault.closeBeforeHeaders(), fault.silence())
    expect(await demo.exchange(rawGet('/v1/models'))).toEqual({ text: '', ended: 'reset' })
    expect(await demo.exchange(rawGet('/v1/models'))).toEqual({ text: '', ended: 'fin' })
    await expect(openai.models.list({ timeout: 50 })).rejects.toThrow(OpenAI.APIConnectionTimeoutError)
  })

  test('a body that promises more than it holds', async () => {
    demo.upstream.script({ ...answer.body('0123456789'), ...fault.closeMidStream({ afterBytes: 4 }) })
    const { text, ended } = await demo.exchange(rawGet('/v1/x'))
    expect(text).toMatch(/content-length: 10\r\n[\s\S]*\r\n\r\n0123$/i)
    expect(ended).toBe('fin')
    demo.upstream.script({ ...answer.body('0123456789'), ...fault.closeMidStream({ afterBytes: 4 }) })
    await expect(fetch(demo.url('/x')).then((response) => response.text())).rejects.toThrow()
  })

  test('an event stream that closes without its end has no last chunk', async () => {
    demo.upstream.script({ ...answer.sse(['data: 1\n\n', 'data: 2\n\n']), ...fault.closeMidStream({}) })
    const { text } = await demo.exchange(rawGet('/v1/x'))
    expect(text).toContain('data: 2\n\n')
    expect(text.endsWith('0\r\n\r\n')).toBe(false)
  })

  test('a stall gives what came before, then nothing until the caller leaves', async () => {
    demo.upstream.script(answer.sse(['a', 'b', 'c']), {
      ...answer.sse(['a', 'b', 'c']),
      ...fault.stall({ afterChunks: 2 }),
    })
    expect(await (await fetch(demo.url('/x'))).text()).toBe('abc')
    const leaving = new AbortController()
    const response = await fetch(demo.url('/x'), { signal: leaving.signal })
    const stalled = await demo.upstream.nextRequest({ path: '/v1/x' }).then(() => demo.upstream.nextRequest())
    const reader = response.body?.getReader()
    let text = ''
    while (text.length < 2) text += Buffer.from((await reader?.read())?.value ?? []).toString()
    expect(text).toBe('ab')
    leaving.abort()
    expect(await stalled.closed).toBe('aborted')
  })

  test('a delayed answer is the normal one, later', async () => {
    demo.upstream.script(fault.delay(5))
    expect((await openai.models.list()).data).toHaveLength(2)
  })

  test('a scripted body that throws resets the connection', async () => {
    demo.upstream.script(
      answer.sse(
        (async function* () {
          yield 'data: 1\n\n'
          throw new Error('as scripted')
        })(),
      ),
    )
    const { text, ended } = await demo.exchange(rawGet('/v1/x'))
    expect(text).toContain('data: 1')
    expect(ended).toBe('reset')
  })
})
