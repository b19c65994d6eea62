import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MAX_KEPT_BYTES } from '#lib/gateway/exchange.ts'
import { CallerBody, CallerError, discardRest, ReceivedBody } from '#server/gateway/caller-body.ts'

const IDLE_MS = 1000

/** A request whose body is pushed by hand, as Node's parser does. */
const createRequest = () => new IncomingMessage(new Socket())

const receive = (request: IncomingMessage, maxBytes = Number.POSITIVE_INFINITY) =>
  new ReceivedBody(request, maxBytes)

/** Lets streams do what they do between two turns of the event loop; timers are under the test's hand. */
const turn = () =>
  new Promise((resolve) => process.nextTick(() => queueMicrotask(() => process.nextTick(resolve))))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('CallerBody', () => {
  it('waits as long as something comes, and fails when nothing does', async () => {
    const request = createRequest()
    const received = receive(request)
    const body = new CallerBody(received, IDLE_MS)
    body.resume()
    await turn()
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(IDLE_MS - 1)
      request.push('x')
      await turn()
      expect(body.errored).toBeNull()
    }
    vi.advanceTimersByTime(IDLE_MS)
    expect(body.errored).toEqual(new CallerError('CALLER_SILENT'))
    expect([received.bytes, request.destroyed]).toEqual([5, false])
  })

  it('does not blame the caller while upstream does not read', async () => {
    const request = createRequest()
    const body = new CallerBody(receive(request), IDLE_MS)
    body.read(0)
    await turn()
    request.push(Buffer.alloc(1_000_000))
    await turn()
    vi.advanceTimersByTime(IDLE_MS * 10)
    expect(body.errored).toBeNull()
    expect(request.isPaused()).toBe(true)
  })

  it('has no clock once it has everything', async () => {
    const request = createRequest()
    const body = new CallerBody(receive(request), IDLE_MS)
    body.resume()
    request.push('x')
    request.push(null)
    await turn()
    await turn()
    expect(vi.getTimerCount()).toBe(0)
    expect(body.readableEnded).toBe(true)
  })

  it('leaves the request alone when it is destroyed', () => {
    const request = createRequest()
    new CallerBody(receive(request), IDLE_MS).destroy()
    expect(request.destroyed).toBe(false)
  })
})

describe('CallerBody, sent again', () => {
  it('begins at the beginning and goes on with what comes', async () => {
    const request = createRequest()
    const received = receive(request)
    const first = new CallerBody(received, IDLE_MS)
    first.resume()
    request.push('one,')
    await turn()
    first.destroy()
    request.push('two,')
    const second = new CallerBody(received, IDLE_MS)
    const chunks: Buffer[] = []
    second.on('data', (chunk) => chunks.push(chunk))
    await turn()
    request.push('three')
    request.push(null)
    await turn()
    await turn()
    expect([Buffer.concat(chunks).toString(), received.isWhole]).toEqual(['one,two,three', true])
    const third = new CallerBody(received, IDLE_MS)
    expect(String(third.read())).toBe('one,two,three')
  })

  it('is forgotten when it grows too large', async () => {
    const request = createRequest()
    const received = receive(request)
    new CallerBody(received, IDLE_MS).resume()
    request.push(Buffer.alloc(MAX_KEPT_BYTES))
    await turn()
    expect(received.chunks).toHaveLength(1)
    request.push('x')
    await turn()
    expect(received.chunks).toBeUndefined()
  })

  it('fails as soon as it is larger than allowed', async () => {
    const request = createRequest()
    const body = new CallerBody(receive(request, 10), IDLE_MS)
    body.resume()
    request.push(Buffer.alloc(10))
    await turn()
    expect(body.errored).toBeNull()
    request.push('x')
    await turn()
    expect(body.errored).toEqual(new CallerError('BODY_TOO_LARGE'))
  })
})

describe('discardRest', () => {
  it('reads on, and gives up after its time', () => {
    const request = createRequest()
    discardRest(request, IDLE_MS)
    expect(request.readableFlowing).toBe(true)
    vi.advanceTimersByTime(IDLE_MS - 1)
    expect(request.destroyed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(request.destroyed).toBe(true)
  })

  it('has nothing to do when the body came whole', () => {
    const request = createRequest()
    request.complete = true
    discardRest(request, IDLE_MS)
    expect(vi.getTimerCount()).toBe(0)
  })
})
