import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createDemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { createLiveAnswer, fault } from '#server/demo-upstream/script-steps.ts'
import { question, startDemo } from './start-demo.ts'

const demo = startDemo()

describe('the record', () => {
  test('keeps the request as it was on the wire', async () => {
    const body = '{"a":1}'
    const target = '/v1/%2e%2e//x?a=1&a=2&b=%E4%BD%A0'
    await demo.exchange(
      `POST ${target} HTTP/1.1\r\nHost: demo\r\nX-Twice: 1\r\nx-twice: 2\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    )
    const request = await demo.upstream.nextRequest()
    expect(request).toMatchObject({ method: 'POST', target, path: '/v1/%2e%2e//x' })
    expect(request.rawHeaders.slice(2, 6)).toEqual(['X-Twice', '1', 'x-twice', '2'])
    expect((await request.body).toString()).toBe(body)
    expect(await request.digest).toEqual({
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    })
    expect(await request.closed).toBe('finished')
  })

  test('hands each request out once, also to those who waited', async () => {
    const [second, first] = [
      demo.upstream.nextRequest({ path: '/v1/b' }),
      demo.upstream.nextRequest({ path: /a$/ }),
    ]
    await Promise.all([fetch(demo.url('/a')), fetch(demo.url('/b'))])
    expect([(await first).path, (await second).path]).toEqual(['/v1/a', '/v1/b'])
    await fetch(demo.url('/c'))
    expect((await demo.upstream.nextRequest((request) => request.method === 'GET')).path).toBe('/v1/c')
    expect(demo.upstream.received.map(({ path }) => path).sort()).toEqual(['/v1/a', '/v1/b', '/v1/c'])
  })

  test('reset forgets it and tells who waits', async () => {
    await fetch(demo.url('/a'))
    const waiting = demo.upstream.nextRequest({ path: '/v1/never' })
    demo.upstream.reset()
    await expect(waiting).rejects.toThrow('reset')
    expect(demo.upstream.received).toEqual([])
  })

  test('large bodies need not be kept to be checked', async () => {
    const lean = await createDemoUpstream({ keepBodies: false })
    try {
      const body = randomBytes(3_000_000)
      await fetch(`${lean.url}/anything`, { method: 'POST', body })
      const request = await lean.nextRequest()
      expect(await request.digest).toEqual({
        bytes: body.length,
        sha256: createHash('sha256').update(body).digest('hex'),
      })
      await expect(request.body).rejects.toThrow('not kept')
    } finally {
      await lean.close()
    }
  })

  test('can be off, as in a demo that runs for months', async () => {
    const forgetful = await createDemoUpstream({ record: false })
    try {
      expect((await fetch(`${forgetful.url}/models`)).status).toBe(200)
      expect(forgetful.received).toEqual([])
      await expect(forgetful.nextRequest()).rejects.toThrow('not recorded')
    } finally {
      await forgetful.close()
    }
  })

  test('sees a caller leave: during the answer, before it, and during the upload', async () => {
    const live = createLiveAnswer()
    demo.upstream.script(live.step, fault.silence())
    live.say('Once')

    const during = new AbortController()
    const reader = (
      await demo.post('/chat/completions', { ...question, stream: true }, { signal: during.signal })
    ).body?.getReader()
    await reader?.read()
    during.abort()
    expect(await (await demo.upstream.nextRequest()).closed).toBe('aborted')

    const before = new AbortController()
    const waiting = demo.post('/chat/completions', question, { signal: before.signal })
    const silent = await demo.upstream.nextRequest()
    before.abort()
    await expect(waiting).rejects.toThrow()
    expect(await silent.closed).toBe('aborted')

    const socket = await demo.openSocket()
    socket.write('POST /v1/x HTTP/1.1\r\nHost: demo\r\nContent-Length: 10\r\n\r\n12345')
    const cutShort = await demo.upstream.nextRequest()
    socket.destroy()
    expect(await cutShort.closed).toBe('aborted')
    await expect(cutShort.body).rejects.toThrow()
  })
})
