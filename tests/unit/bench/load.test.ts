import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { measureLatency } from '../../../scripts/bench/gateway/load-latency.ts'
import { measureThroughput } from '../../../scripts/bench/gateway/load-throughput.ts'
import { MessageReader } from '../../../scripts/bench/gateway/message-reader.ts'
import { StreamReader } from '../../../scripts/bench/gateway/stream-reader.ts'
import { ANSWER, DONE_TEXT, eventText } from '../../../scripts/bench/gateway/traffic.ts'

const closers: Array<() => void> = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A server that answers the request with this number, counted from 1 over all connections, by `answer`. */
async function serve(
  answer: (number: number, socket: Socket) => void,
): Promise<{ port: number; count(): number }> {
  let count = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    const reader = new MessageReader(() => answer(++count, socket))
    socket.on('data', (chunk) => reader.push(chunk)).on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  // A server that listens on TCP has an AddressInfo.
  return { port: (server.address() as AddressInfo).port, count: () => count }
}

const changed = (from: string, to: string) => ANSWER.toString('latin1').replace(from, to)

const CLOSED_LOOP = { connections: 4, warmUpSeconds: 0, seconds: 0.05 }
const OPEN_LOOP = { perSecond: 1_000, warmUpSeconds: 0.01, seconds: 0.04 }

/** What the third answer may be, and what must be said of it. */
const FAULTS: Array<[string, (socket: Socket) => void, string]> = [
  ['another status', (socket) => socket.write(changed('200 OK', '502 Bad')), 'status 502'],
  [
    'a shorter body',
    (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'),
    '2 bytes instead',
  ],
  ['a closed connection', (socket) => socket.end(), 'the connection was closed'],
  ['half an answer', (socket) => socket.end(ANSWER.subarray(0, -1)), 'the connection was closed'],
  ['no HTTP', (socket) => socket.write('oh\r\n\r\n'), 'no head of HTTP'],
]

describe('the callers', () => {
  test('find no fault in good answers and count no more than there were', async () => {
    const server = await serve((_, socket) => socket.write(ANSWER))
    const { faults, requests } = await measureThroughput({ port: server.port }, CLOSED_LOOP)
    expect(faults.count).toBe(0)
    expect(server.count()).toBeGreaterThanOrEqual(CLOSED_LOOP.connections)
    expect(requests).toBeLessThanOrEqual(server.count())
  })

  test('send what is scheduled, all of it, and measure what is beyond the warm-up', async () => {
    const server = await serve((_, socket) => socket.write(ANSWER))
    const { faults, requests } = await measureLatency({ port: server.port }, OPEN_LOOP)
    expect({ faults: faults.count, requests, sent: server.count() }).toEqual({
      faults: 0,
      requests: 40,
      sent: 50,
    })
  })

  test('go on where an answer announced that its connection closes', async () => {
    const closing = changed('content-type', 'connection: close\r\ncontent-type')
    const server = await serve((_, socket) => socket.end(closing))
    const { faults } = await measureLatency({ port: server.port }, OPEN_LOOP)
    expect(faults.count).toBe(0)
  })

  test.each(FAULTS)('a closed loop notices %s', async (_, third, words) => {
    const server = await serve((number, socket) => (number === 3 ? third(socket) : socket.write(ANSWER)))
    const { faults } = await measureThroughput({ port: server.port }, CLOSED_LOOP)
    expect(faults).toMatchObject({ count: 1, first: expect.stringContaining(words) })
  })

  test.each(FAULTS)('an open loop notices %s', async (_, third, words) => {
    const server = await serve((number, socket) => (number === 3 ? third(socket) : socket.write(ANSWER)))
    const { faults } = await measureLatency({ port: server.port }, OPEN_LOOP)
    expect(faults).toMatchObject({ count: 1, first: expect.stringContaining(words) })
  })
})

describe('a stream of events', () => {
  const read = (texts: string[]) => {
    const times: number[] = []
    const reader = new StreamReader(3, (atUs) => times.push(atUs))
    for (const text of texts) reader.push(Buffer.from(text))
    return { times, fault: reader.fault() }
  }
  const [first = '', second = '', third = ''] = [0, 1, 2].map((number) => eventText(number, 700 + number))

  test('is whole when each event came once, in order, and the end after them', () => {
    const whole = { times: [700, 701, 702], fault: undefined }
    expect(read([first, second, third, DONE_TEXT])).toEqual(whole)
    expect(read([first + second.slice(0, 9), second.slice(9) + third + DONE_TEXT])).toEqual(whole)
    expect(read([...(first + second + third + DONE_TEXT)])).toEqual(whole)
  })

  test.each([
    ['lost', [first, third, DONE_TEXT], '1 of 3'],
    ['doubled', [first, first, second, third, DONE_TEXT], undefined],
    ['out of order', [first, third, second, DONE_TEXT], '2 of 3'],
    ['cut short', [first, second, third.slice(0, -9), '\n\n', DONE_TEXT], '2 of 3'],
  ])('is not when an event is %s', (_, texts, words = 'that are none of them') => {
    expect(read(texts).fault).toContain(words)
  })

  test('is not without its end, or with something behind it', () => {
    expect(read([first, second, third]).fault).toBe('no proper end of the stream')
    expect(read([first, second, third, DONE_TEXT, 'data: more']).fault).toBe('no proper end of the stream')
  })
})
