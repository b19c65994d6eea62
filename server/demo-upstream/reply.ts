import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorBody, type Refusal, standardHeaders } from './openai-shapes.ts'
import type { Ending } from './received-requests.ts'
import type { Chunk, Chunks, Cut } from './script-steps.ts'

type HeaderPairs = ReadonlyArray<readonly [string, string]>

/** Thrown out of a reply that is over before its end: the caller left, or the script broke it off. */
export class ReplyOver extends Error {
  constructor() {
    super('The reply is over.')
    this.name = 'ReplyOver'
  }
}

/** `promise`, unless the caller leaves first; then throws {@link ReplyOver}. */
async function orGone<T>(promise: Promise<T>, gone: AbortSignal): Promise<T> {
  if (gone.aborted) throw new ReplyOver()
  const left = Promise.withResolvers<never>()
  const leave = () => left.reject(new ReplyOver())
  gone.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([promise, left.promise])
  } finally {
    gone.removeEventListener('abort', leave)
  }
}

/** Waits, unless the caller leaves first; then throws {@link ReplyOver}. */
export async function pause(durationMs: number, gone: AbortSignal): Promise<void> {
  try {
    await sleep(durationMs, undefined, { signal: gone })
  } catch {
    throw new ReplyOver()
  }
}

/** The items of anything that yields them, giving up when the caller leaves. */
export async function* eachUntilGone<T>(
  items: Iterable<T> | AsyncIterable<T>,
  gone: AbortSignal,
): AsyncGenerator<T> {
  const iterator: AsyncIterator<T> | Iterator<T> =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  try {
    for (;;) {
      const { done, value } = await orGone(Promise.resolve(iterator.next()), gone)
      if (done) return
      yield value
    }
  } finally {
    // Not awaited: an iterator that waits for something itself would hold the reply open.
    void Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

const asItems = (chunks: Chunks): Iterable<Chunk> | AsyncIterable<Chunk> =>
  typeof chunks === 'string' || chunks instanceof Uint8Array ? [chunks] : chunks

/** One answer being written: honours back-pressure, notices the caller's leaving, and breaks off where the script says. */
export interface Reply {
  /** Aborted when the caller has left, or the connection was broken off. */
  gone: AbortSignal
  ending: Promise<Ending>
  /** A complete answer with a `content-length`. */
  send(status: number, headers: HeaderPairs, body: Chunk): Promise<void>
  refuse(refusal: Refusal): Promise<void>
  /** Sends the head at once; the body follows by `write`. */
  start(status: number, headers: HeaderPairs): Promise<void>
  /** One write; resolves when there is room for the next. */
  write(chunk: Chunk): Promise<void>
  end(): Promise<void>
  /** Writes a whole message on the socket itself, then closes the connection. */
  raw(chunks: Chunks): Promise<void>
  /** Resets the connection, after what was written. */
  reset(): Promise<void>
}

export function createReply(res: ServerResponse, socket: Socket, cut?: Cut): Reply {
  const leaving = new AbortController()
  const gone = leaving.signal
  const ended = Promise.withResolvers<Ending>()
  let chunksLeft = cut?.afterChunks ?? Number.POSITIVE_INFINITY
  let bytesLeft = cut?.afterBytes ?? Number.POSITIVE_INFINITY

  res.once('finish', () => ended.resolve('finished'))
  // The first resolution counts: after `finish` or a cut this says nothing new.
  res.once('close', () => {
    ended.resolve('aborted')
    leaving.abort()
  })
  res.on('error', () => {})

  /** Resolves when the kernel has taken all that was written; a reset would throw the rest away. */
  const flushed = () => orGone(new Promise((resolve) => socket.write('', resolve)), gone)

  async function breakOff(how: Cut['how']): Promise<never> {
    await flushed()
    if (cut?.when) await orGone(cut.when, gone)
    if (how === 'stall') await orGone(new Promise<never>(() => {}), gone)
    ended.resolve('cut')
    if (how === 'reset') socket.resetAndDestroy()
    else socket.destroySoon()
    throw new ReplyOver()
  }

  async function put(stream: ServerResponse | Socket, chunk: Chunk): Promise<void> {
    if (gone.aborted) throw new ReplyOver()
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    const fits = stream.write(bytes.subarray(0, bytesLeft))
    bytesLeft -= bytes.length
    chunksLeft -= 1
    if (cut && (bytesLeft <= 0 || chunksLeft <= 0)) await breakOff(cut.how)
    if (!fits) await orGone(once(stream, 'drain'), gone)
  }

  const reply: Reply = {
    gone,
    ending: ended.promise,
    async send(status, headers, body) {
      const known = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name))
      const length: HeaderPairs = known ? [] : [['content-length', String(Buffer.byteLength(body))]]
      await reply.start(status, [...headers, ...length])
      if (Buffer.byteLength(body) > 0) await reply.write(body)
      await reply.end()
    },
    refuse: ({ status, error, headers = [] }) =>
      reply.send(
        status,
        [['content-type', 'application/json'], ...standardHeaders(), ...headers],
        errorBody(error),
      ),
    async start(status, headers) {
      if (gone.aborted) throw new ReplyOver()
      if (cut?.beforeHeaders) await breakOff(cut.how)
      res.writeHead(status, headers.flat())
      res.flushHeaders()
      if (cut && (chunksLeft <= 0 || bytesLeft <= 0)) await breakOff(cut.how)
    },
    write: (chunk) => put(res, chunk),
    async end() {
      if (cut) await breakOff(cut.how)
      res.end()
    },
    async raw(chunks) {
      if (cut && (cut.beforeHeaders || chunksLeft <= 0 || bytesLeft <= 0)) await breakOff(cut.how)
      for await (const chunk of eachUntilGone(asItems(chunks), gone)) await put(socket, chunk)
      if (cut) await breakOff(cut.how)
      ended.resolve('finished')
      socket.destroySoon()
    },
    async reset() {
      await flushed().catch(() => {})
      if (socket.destroyed) return
      ended.resolve('cut')
      socket.resetAndDestroy()
    },
  }
  return reply
}
