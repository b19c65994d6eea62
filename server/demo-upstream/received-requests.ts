import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** How an exchange ended: `aborted` by the caller, `cut` by the script. */
export type Ending = 'finished' | 'aborted' | 'cut'

export interface ReceivedRequest {
  method: string
  /** The request target as it stood on the request line. */
  target: string
  /** The target up to the `?`, not normalised. */
  path: string
  rawHeaders: string[]
  headers: IncomingHttpHeaders
  /** The complete body. Rejects if the caller left before its end, or if bodies are not kept. */
  body: Promise<Buffer>
  /** Of the complete body, also where bodies are not kept. Rejects if the caller left before its end. */
  digest: Promise<{ bytes: number; sha256: string }>
  /** Resolves at the end of the answer, or as soon as the caller disconnects. */
  closed: Promise<Ending>
}

/** Which requests: by method and path (a string is the whole path), or any predicate over the head. */
export type RequestMatch =
  | { method?: string; path?: string | RegExp }
  | ((request: ReceivedRequest) => boolean)

export function matches(match: RequestMatch | undefined, request: ReceivedRequest): boolean {
  if (!match) return true
  if (typeof match === 'function') return match(request)
  const { method, path } = match
  if (method && method !== request.method) return false
  if (path === undefined) return true
  return typeof path === 'string' ? path === request.path : path.test(request.path)
}

/** Rejections of these promises are the test's to look at, not the process's to die of. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

async function readBody(
  req: IncomingMessage,
  keep: boolean,
): Promise<{ content?: Buffer; bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
    if (keep) chunks.push(chunk)
  }
  return { content: keep ? Buffer.concat(chunks) : undefined, bytes, sha256: hash.digest('hex') }
}

/** A request as received, and the call that begins to read its body. */
export function receive(
  req: IncomingMessage,
  closed: Promise<Ending>,
  keepBodies: boolean,
): { request: ReceivedRequest; read: () => void } {
  const reading = Promise.withResolvers<void>()
  // The demo's own endpoints need their JSON even where a test does not want gigabytes of uploads kept.
  const keep = keepBodies || /json/.test(req.headers['content-type'] ?? '')
  const read = quiet(reading.promise.then(() => readBody(req, keep)))
  const target = req.url ?? ''
  const request: ReceivedRequest = {
    method: req.method ?? '',
    target,
    path: target.split('?', 1)[0] ?? '',
    rawHeaders: req.rawHeaders,
    headers: req.headers,
    body: quiet(
      read.then(({ content }) => {
        if (!content) throw new Error('Bodies are not kept (keepBodies is false).')
        return content
      }),
    ),
    digest: quiet(read.then(({ bytes, sha256 }) => ({ bytes, sha256 }))),
    closed,
  }
  return { request, read: reading.resolve }
}

interface Waiter {
  match: RequestMatch | undefined
  resolve: (request: ReceivedRequest) => void
  reject: (error: Error) => void
}

/** The record of requests, in order, each handed out once by `next`. */
export function createRecord(enabled: boolean) {
  const received: ReceivedRequest[] = []
  let untaken: ReceivedRequest[] = []
  let waiters: Waiter[] = []

  return {
    received,
    add(request: ReceivedRequest): void {
      if (!enabled) return
      received.push(request)
      const waiter = waiters.find(({ match }) => matches(match, request))
      if (!waiter) {
        untaken.push(request)
        return
      }
      waiters = waiters.filter((other) => other !== waiter)
      waiter.resolve(request)
    },
    next(match?: RequestMatch): Promise<ReceivedRequest> {
      if (!enabled) return quiet(Promise.reject(new Error('Requests are not recorded (record is false).')))
      const found = untaken.find((request) => matches(match, request))
      if (found) {
        untaken = untaken.filter((request) => request !== found)
        return Promise.resolve(found)
      }
      const { promise, resolve, reject } = Promise.withResolvers<ReceivedRequest>()
      waiters.push({ match, resolve, reject })
      return quiet(promise)
    },
    /** Forgets everything; who still waits is told `reason`. */
    clear(reason: string): void {
      received.length = 0
      untaken = []
      for (const { reject } of waiters) reject(new Error(reason))
      waiters = []
    },
  }
}
