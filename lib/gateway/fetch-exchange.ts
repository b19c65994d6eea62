import {
  type AnswerPolicy,
  CALLER_STALL_MS,
  type Delivered,
  type Exchange,
  HOLD_TIMEOUT_MS,
  MAX_HELD_BYTES,
  type Outcome,
  type RequestHead,
  type ResponseHead,
  type Unanswered,
  type UpstreamRequest,
} from './exchange.ts'
import type { GatewaySettings } from './gateway-settings.ts'
import type { RawHeaders } from './headers.ts'
import { createIdleTimer, type IdleTimer } from './idle-timer.ts'
import { MeteredBody } from './metered-body.ts'
import { type FailureKind, failureKindOf } from './outcome/failure-kind.ts'
import { type Refusal, refusalBody, refusalHeaders, refusals } from './refusal.ts'
import { asksForWebSocket, offerOf, readProtocols } from './socket-handshake.ts'
import { codeOf, failureOf } from './upstream-failure.ts'

/** What the gateway uses of `fetch`. */
export type Send = (url: string, init: RequestInit & { duplex?: 'half' }) => Promise<Response>

/** What carries a request on a host. */
export interface FetchHost {
  send: Send
  /** Joins the caller to an upstream that agreed (101); absent where WebSockets cannot be carried. */
  joinSocket?: JoinSocket
}

/** Gives the caller's half of a joined WebSocket; silence of both sides for `idleTimeoutMs` ends it. */
export type JoinSocket = (
  answer: Response,
  init: ResponseInit,
  idleTimeoutMs: number,
) => { response: Response; ended: Promise<SocketEnding> }

type SocketEnding = Ending & { bytesIn: number; bytesOut: number }

type Limits = Pick<GatewaySettings, 'idleTimeoutMs' | 'maxBodyBytes'>
type Reader = ReadableStreamDefaultReader<Uint8Array>
/** How a relayed answer ends; the rest of the outcome is known elsewhere. */
type Ending = { end: 'complete' | 'broken' | 'left'; cause?: string }

/** What a host knows about a request beside the request itself. */
export interface RequestFacts {
  /** The raw request target. */
  target: string
  /** The other end of the socket. */
  socketAddress?: string
}

/** One request on `fetch`. `answer` is called exactly once. */
export function createFetchExchange(
  request: Request,
  { target, socketAddress }: RequestFacts,
  answer: (response: Response) => void,
  host: FetchHost,
  limits: Limits,
): Exchange {
  const headers = [...request.headers].flat()
  const { protocols, credentials } = readProtocols(headers)
  const body = new MeteredBody(request, limits.maxBodyBytes ?? Number.POSITIVE_INFINITY)
  const head: RequestHead = {
    method: request.method,
    target,
    headers: [...headers, ...credentials],
    ...(socketAddress !== undefined && { socketAddress }),
  }
  return {
    head,
    get signal() {
      return request.signal
    },
    get replayable() {
      return body.replayable
    },
    peekBody: (minBytes) => body.peek(minBytes, limits.idleTimeoutMs),
    refuse(refusal) {
      answer(refusalResponse(refusal))
      void body.discard()
    },
    forward(upstreamRequest, policy) {
      if (!policy.keepsBody) body.forget()
      const { idleTimeoutMs } = limits
      return new Attempt({ request, protocols, body, answer, policy, host, idleTimeoutMs }).run(
        upstreamRequest,
      )
    },
  }
}

interface Given {
  request: Request
  /** Subprotocols that a WebSocket's caller offers. */
  protocols: readonly string[]
  body: MeteredBody
  answer: (response: Response) => void
  policy: AnswerPolicy
  host: FetchHost
  idleTimeoutMs: number
}

/** An answer's body as far as it was read before the decision to relay it. */
interface Beginning {
  reader: Reader | undefined
  chunks: Uint8Array[]
  /** Was asked for and not waited for any longer. */
  pending?: ReturnType<Reader['read']>
}

/** One attempt to serve a request by an upstream. */
class Attempt {
  readonly #given: Given
  readonly #idle: IdleTimer
  readonly #upstream = new AbortController()
  readonly #startedMs = performance.now()
  #ttfbMs: number | undefined
  #left = false
  #silent = false
  /** On a WebSocket; a body counts its own. */
  #bytesIn = 0
  #bytesOut = 0

  constructor(given: Given) {
    this.#given = given
    this.#idle = createIdleTimer(given.idleTimeoutMs, () => {
      this.#silent = true
      this.#upstream.abort()
    })
  }

  async run(upstreamRequest: UpstreamRequest): Promise<Outcome> {
    const { request, answer, policy, host } = this.#given
    if (request.headers.has('upgrade') && !(host.joinSocket && this.#isSocket)) {
      const refusal = refusals.noWebSockets()
      return this.#unanswered(refusal, refusal.code, 'malformed')
    }
    request.signal.addEventListener('abort', this.#onLeft)
    if (request.signal.aborted) this.#onLeft()
    try {
      const response = await this.#send(upstreamRequest)
      if ('refused' in response) return this.#unanswered(response, response.code, 'invalid')
      this.#ttfbMs = Math.round(performance.now() - this.#startedMs)
      const head = policy.onHead(headOf(response))
      if (!head) return await this.#hold(response)
      if (host.joinSocket && response.status === 101) return await this.#join(response, head, host.joinSocket)
      return await this.#relay(response, { reader: response.body?.getReader(), chunks: [] }, head)
    } catch (error) {
      this.#stop()
      if (!this.#left) return this.#failed(error)
      // Nobody hears this; the host still wants a response.
      answer(new Response(null, { status: 499 }))
      return this.#delivered({ end: 'left' }, 499)
    }
  }

  get #isSocket(): boolean {
    const { method, headers } = this.#given.request
    return asksForWebSocket(method, headers.get('upgrade'))
  }

  #onLeft = () => {
    this.#left = true
    this.#upstream.abort()
  }

  #stop(): void {
    this.#idle.stop()
    this.#given.request.signal.removeEventListener('abort', this.#onLeft)
  }

  /** Resolves with an answer that can be relayed unchanged, or with why not. Rejects when there is no answer. */
  async #send(upstreamRequest: UpstreamRequest): Promise<Response | Refusal> {
    const { origin, path, method, headers } = upstreamRequest
    const { body, host, protocols } = this.#given
    if (body.refusal) throw new TypeError(body.refusal.code)
    this.#idle.restart()
    const stream = upstreamRequest.body ?? body.open(() => this.#idle.restart())
    const handshake = this.#isSocket ? ['upgrade', 'websocket', ...offerOf(protocols)] : []
    const response = await host.send(origin + path, {
      method,
      headers: asHeaders([...withoutEncodings(headers), 'accept-encoding', 'identity', ...handshake]),
      // Made in this module or by TextEncoder: never shared memory, which the type would allow.
      ...(stream && {
        body: stream as BodyInit,
        ...(stream instanceof ReadableStream && { duplex: 'half' }),
      }),
      redirect: 'manual',
      signal: this.#upstream.signal,
    })
    this.#idle.stop()
    if (!isEncoded(response)) return response
    this.#upstream.abort()
    return refusals.upstreamEncoding()
  }

  #failed(error: unknown): Unanswered {
    const { refusal } = this.#given.body
    if (refusal) return this.#unanswered(refusal, refusal.code, 'caller-left')
    if (this.#silent) return this.#unanswered(refusals.upstreamTimeout(), 'silent', 'timeout')
    const failure = failureOf(error)
    return this.#unanswered(failure.refusal, failure.cause, failureKindOf(failure.cause))
  }

  /** `fetch` does not tell how far a request got, so all but a failed connection counts as sent. */
  #unanswered(refusal: Refusal, cause: string, failure: FailureKind): Unanswered {
    this.#stop()
    const bytesIn = this.#given.body.bytes
    return { end: 'unanswered', refusal, cause, failure, sent: failure !== 'connect', bytesIn }
  }

  #delivered(ending: Ending, status: number): Delivered {
    this.#stop()
    const { body } = this.#given
    if (ending.end !== 'left') void body.discard()
    return {
      ...ending,
      status,
      ...(this.#ttfbMs !== undefined && { ttfbMs: this.#ttfbMs }),
      bytesIn: body.bytes + this.#bytesIn,
      bytesOut: this.#bytesOut,
    }
  }

  /** Resolves when either side of the socket has gone. */
  async #join(response: Response, head: ResponseHead, joinSocket: JoinSocket): Promise<Delivered> {
    // From now on the caller's leaving is the socket's closing.
    this.#stop()
    const joined = joinSocket(response, initOf(head), this.#given.idleTimeoutMs)
    this.#given.answer(joined.response)
    const { bytesIn, bytesOut, ...ending } = await joined.ended
    this.#bytesIn = bytesIn
    this.#bytesOut = bytesOut
    return this.#delivered(ending, head.status)
  }

  async #hold(response: Response): Promise<Outcome> {
    const beginning = await readBeginning(response)
    return {
      end: 'held',
      answer: headOf(response),
      text: textOf(beginning.chunks),
      relay: (head) => this.#relay(response, beginning, head),
      drop: () => {
        this.#stop()
        this.#upstream.abort()
      },
    }
  }

  /** Hands the answer over and resolves when its body has ended, one way or another. */
  async #relay(response: Response, beginning: Beginning, head: ResponseHead): Promise<Delivered> {
    this.#given.body.forget()
    const ending = await new Promise<Ending>((resolve) => {
      const body = beginning.reader && this.#relayed(beginning.reader, beginning, resolve)
      this.#given.answer(new Response(body, initOf(head)))
      if (!body) resolve({ end: 'complete' })
    })
    return this.#delivered(ending, response.status)
  }

  /** Reads only when the caller does, so back-pressure reaches upstream, and silence counts only while one waits. */
  #relayed(reader: Reader, beginning: Beginning, end: (ending: Ending) => void): ReadableStream<Uint8Array> {
    const { request, policy } = this.#given
    const left = () => end({ end: 'left' })
    request.signal.addEventListener('abort', left)
    if (request.signal.aborted) left()
    let output: ReadableStreamDefaultController<Uint8Array> | undefined
    const stallMs = Math.min(CALLER_STALL_MS, this.#given.idleTimeoutMs)
    const stall = createIdleTimer(stallMs, () => {
      output?.error(new Error('the caller takes nothing'))
      this.#onLeft()
      left()
    })
    const source: UnderlyingDefaultSource<Uint8Array> = {
      start: (controller) => {
        output = controller
      },
      pull: async (controller) => {
        stall.stop()
        this.#idle.restart()
        try {
          const held = beginning.chunks.shift()
          const { done, value } = held
            ? { done: false, value: held }
            : await (beginning.pending ?? reader.read())
          if (!held) beginning.pending = undefined
          if (done) {
            controller.close()
            end({ end: 'complete' })
          } else if (value) {
            this.#bytesOut += value.byteLength
            if (policy.watches) policy.onChunk(value)
            controller.enqueue(value)
            stall.restart()
          }
        } catch (error) {
          controller.error(error)
          end({ end: 'broken', cause: this.#silent ? 'silent' : codeOf(error) })
        } finally {
          this.#idle.stop()
        }
      },
      cancel: () => {
        stall.stop()
        this.#onLeft()
        left()
      },
    }
    return new ReadableStream(source, { highWaterMark: 0 })
  }
}

/** Reads as much as may be held back. A failure of the rest is left to whoever reads on. */
async function readBeginning(response: Response): Promise<Beginning> {
  const reader = response.body?.getReader()
  const beginning: Beginning = { reader, chunks: [] }
  if (!reader) return beginning
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, HOLD_TIMEOUT_MS, 'late')
  })
  for (let bytes = 0; bytes < MAX_HELD_BYTES; ) {
    beginning.pending = reader.read()
    const read = await Promise.race([beginning.pending, late]).catch(() => 'broken' as const)
    if (typeof read === 'string' || read.done) break
    beginning.pending = undefined
    beginning.chunks.push(read.value)
    bytes += read.value.byteLength
  }
  clearTimeout(timer)
  // Whoever relays the answer meets the failure; dropped, it is nobody's.
  beginning.pending?.catch(() => {})
  return beginning
}

function textOf(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder()
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('')
}

function headOf(response: Response): ResponseHead {
  return { status: response.status, reason: response.statusText, headers: [...response.headers].flat() }
}

const initOf = ({ status, reason, headers }: ResponseHead): ResponseInit => ({
  status,
  statusText: reason,
  headers: asHeaders(headers),
})

/**
 * `fetch` decodes a compressed body and keeps the header that says it is compressed, and takes a truncated one for a
 * whole one. So nothing compressed is asked for, and nothing compressed is relayed.
 */
function isEncoded({ headers }: Response): boolean {
  const encoding = headers.get('content-encoding')
  return encoding !== null && encoding.toLowerCase() !== 'identity'
}

function withoutEncodings(headers: RawHeaders): string[] {
  return headers.flatMap((name, i) =>
    i % 2 === 0 && name.toLowerCase() !== 'accept-encoding' ? [name, headers[i + 1] ?? ''] : [],
  )
}

function asHeaders(raw: RawHeaders): Headers {
  const headers = new Headers()
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i] ?? '', raw[i + 1] ?? '')
  return headers
}

function refusalResponse(refusal: Refusal): Response {
  return new Response(refusalBody(refusal), {
    status: refusal.status,
    headers: asHeaders(refusalHeaders(refusal)),
  })
}
