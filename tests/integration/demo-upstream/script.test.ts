import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import fc from 'fast-check'
import OpenAI from 'openai'
import { beforeAll, describe, expect, test } from 'vitest'
import { createDemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, createLiveAnswer, fault, on } from '#server/demo-upstream/script-steps.ts'
import { question, rawGet, startDemo } from './start-demo.ts'

const demo = startDemo()
let openai: OpenAI
beforeAll(() => {
  openai = new OpenAI({ apiKey: 'sk-none', baseURL: demo.upstream.url, maxRetries: 0 })
})

describe('the script', () => {
  test('is consumed in order by those who match; others get the demo', async () => {
    demo.upstream.script(on({ path: '/v1/models' }, answer.json({ n: 1 })), answer.json({ n: 2 }), {
      ...answer.json({ n: 3 }),
      match: { method: 'GET', path: /models/ },
      times: 2,
    })
    const get = async (path: string) => (await fetch(demo.url(path))).json()
    expect(await get('/other')).toEqual({ n: 2 })
    expect(await get('/models')).toEqual({ n: 1 })
    expect(await get('/models')).toEqual({ n: 3 })
    expect(await get('/models')).toEqual({ n: 3 })
    expect(await get('/models')).toMatchObject({ object: 'list' })
  })

  test('text takes the shape of whichever API is called, with exactly the given deltas', async () => {
    demo.upstream.script(
      answer.text(['One', ' two']),
      answer.text(['Drei'], { reasoning: 'Hm.' }),
      answer.text('4'),
    )
    const chat: Array<string | null | undefined> = []
    for await (const chunk of await openai.chat.completions.create({ ...question, stream: true })) {
      chat.push(chunk.choices[0]?.delta.content)
    }
    expect(chat).toEqual(['', 'One', ' two', undefined])
    const response = await openai.responses.create({
      model: 'tain-demo',
      input: 'x',
      reasoning: { summary: 'auto' },
    })
    expect(response.output[0]).toMatchObject({ type: 'reasoning', summary: [{ text: 'Hm.' }] })
    expect(response.output_text).toBe('Drei')
    expect((await openai.chat.completions.create(question)).choices[0]?.message.content).toBe('4')
  })

  test('a live answer grows under the hand of the test', async () => {
    const live = createLiveAnswer()
    demo.upstream.script(live.step)
    const stream = await openai.responses.create({ model: 'tain-demo', input: 'x', stream: true })
    const deltas: string[] = []
    live.say('a')
    for await (const event of stream) {
      if (event.type !== 'response.output_text.delta') continue
      deltas.push(event.delta)
      if (deltas.length < 3) live.say(`${event.delta}a`)
      else live.finish()
    }
    expect(deltas).toEqual(['a', 'aa', 'aaa'])
  })

  test('a live answer that breaks breaks for the caller, after what was said', async () => {
    const live = createLiveAnswer()
    demo.upstream.script(live.step)
    const stream = await openai.chat.completions.create({ ...question, stream: true })
    live.say('first')
    const seen: string[] = []
    const reading = (async () => {
      for await (const chunk of stream) {
        const content = chunk.choices[0]?.delta.content
        if (!content) continue
        seen.push(content)
        live.break()
      }
    })()
    await expect(reading).rejects.toThrow()
    expect(seen).toEqual(['first'])
    expect(await (await demo.upstream.nextRequest()).closed).toBe('cut')
  })

  test('headers go out in order, in their spelling, repeated', async () => {
    const headers: Array<[string, string]> = [
      ['X-One', 'a'],
      ['set-cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['X-One', 'b'],
    ]
    demo.upstream.script(answer.body('hi', { status: 203, headers }))
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      httpRequest(demo.url('/x'), resolve).on('error', reject).end(),
    )
    response.resume()
    expect(response.statusCode).toBe(203)
    expect(response.rawHeaders.slice(0, 10)).toEqual([...headers.flat(), 'content-length', '2'])
  })

  test('bodies arrive byte for byte, however they are cut', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(chunks, fc.boolean(), async (parts, events) => {
        const body = Buffer.concat(parts)
        demo.upstream.script(events ? answer.sse(parts) : answer.body(parts))
        const response = await fetch(demo.url('/chat/completions'), { method: 'POST', body: '{}' })
        expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true)
        expect(await (await demo.upstream.nextRequest()).closed).toBe('finished')
      }),
      { numRuns: 60 },
    )
  })

  test('raw bytes are the whole message, well-formed or not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 })), async (parts) => {
        demo.upstream.script(answer.bytes(parts))
        const { text, ended } = await demo.exchange(rawGet('/v1/models'))
        expect(text).toBe(Buffer.concat(parts).toString('latin1'))
        expect(ended).toBe('fin')
      }),
      { numRuns: 40 },
    )
  })

  test('a body may be answered before it is read, or never read', async () => {
    const head = 'POST /v1/x HTTP/1.1\r\nHost: demo\r\nContent-Length: 100\r\n\r\n'
    for (const reading of ['along', 'never'] as const) {
      demo.upstream.script({ ...answer.bytes('HTTP/1.1 200 OK\r\n\r\nearly'), reading })
      expect((await demo.exchange(`${head}only this`)).text).toContain('early')
    }
  })
})

describe('streaming', () => {
  test('keeps its pace: with no time to speak nothing is said', async () => {
    const slow = await createDemoUpstream({ tokensPerSecond: 0.001 })
    try {
      const leaving = new AbortController()
      const response = await fetch(`${slow.url}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ ...question, stream: true }),
        signal: leaving.signal,
      })
      const first = await response.body?.getReader().read()
      expect(
        Buffer.from(first?.value ?? [])
          .toString()
          .match(/^data: /gm),
      ).toHaveLength(1)
      leaving.abort()
      expect(await (await slow.nextRequest()).closed).toBe('aborted')
    } finally {
      await slow.close()
    }
  })

  test('waits for a slow reader instead of piling up', async () => {
    let produced = 0
    const block = Buffer.alloc(64 * 1024)
    function* plenty() {
      while (produced < 256 * 1024 * 1024) {
        produced += block.length
        yield block
      }
    }
    demo.upstream.script(answer.body(plenty()))
    const socket = await demo.openSocket()
    socket.pause()
    socket.write(rawGet('/v1/x'))
    const request = await demo.upstream.nextRequest()
    // The producer stops once the buffers of both ends are full; reading sets it going again.
    const settled = async () => {
      let before = -1
      while (before !== produced) {
        before = produced
        for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
      }
      return produced
    }
    const full = await settled()
    expect(full).toBeLessThan(64 * 1024 * 1024)
    socket.resume()
    await once(socket, 'data')
    while (produced <= full) await once(socket, 'data')
    socket.destroy()
    expect(await request.closed).toBe('aborted')
  })

  test('close ends everything, also what hangs', async () => {
    const other = await createDemoUpstream()
    other.script(fault.silence())
    const hanging = fetch(`${other.url}/models`)
    const request = await other.nextRequest()
    const waiting = other.nextRequest()
    await other.close()
    await expect(hanging).rejects.toThrow()
    await expect(waiting).rejects.toThrow('closed')
    expect(await request.closed).toBe('aborted')
    await expect(fetch(`${other.url}/models`)).rejects.toThrow()
  })
})
