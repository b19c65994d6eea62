import type { Readable, Writable } from 'node:stream'
import type { Dispatcher } from 'undici'
import {
  type AnswerPolicy,
  CALLER_STALL_MS,
  type Delivered,
  HOLD_TIMEOUT_MS,
  MAX_HELD_BYTES,
  type Outcome,
  type ResponseHead,
  type UpstreamRequest,
} from '../../lib/gateway/exchange.ts'
import { type RawHeaders, responseHeaders, valuesOf } from '../../lib/gateway/headers.ts'
import { failureKindOf } from '../../lib/gateway/outcome/failure-kind.ts'
import { refusals } from '../../lib/gateway/refusal.ts'
import { failureOf } from '../../lib/gateway/upstream-failure.ts'
import { CallerError, type RequestBody } from './caller-body.ts'
import { decodedText } from './decoded-text.ts'
import type { UpstreamAgent } from './upstream-agent.ts'

/** Where an answer is written: a response on `node:http`, or what stands for one. */
export interface CallerAnswer extends Writable {
  readonly headersSent: boolean
  /** The request; absent where there is no HTTP in between. */
  readonly req?: { httpVersion: string }
  /** The connection. Its end cuts an answer off after what was written. */
  readonly socket: { destroySoon(): void; resetAndDestroy(): unknown } | null
  writeHead(status: number, reason: string, headers: string[]): unknown
  flushHeaders(): void
  addTrailers(trailers: Array<[string, string]>): void
}

/** Aborted when a caller leaves before its answer is whole. */
export function leavingOf(answer: CallerAnswer): AbortSignal {
  const left = new AbortController()
  if (answer.closed) left.abort()
  // An answer that was delivered closes too. Nobody waits for anything then, and an abort is dear.
  else answer.once('close', () => answer.writableFinished || left.abort())
  return left.signal
}

/** An answer that waits for a decision: what of it has come. */
interface Waiting {
  answer: ResponseHead
  chunks: Buffer[]
  bytes: number
  timer: NodeJS.Timeout
  /** Its end has come too, with these trailers, or it will never come. */
  end?: { trailers: RawHeaders } | { cause: string }
}

/**
 * One attempt to serve a request by an upstream: undici's parser calls it, and it writes to the caller's connection at
 * once. Its outcome is decided once, by whichever comes first: the caller's response closing, upstream failing while
 * nothing has been said to the caller, or an answer being held back.
 */
export class Relay implements Dispatcher.DispatchHandler {
  readonly #res: CallerAnswer
  readonly #received: RequestBody | undefined
  readonly #upstreams: UpstreamAgent
  readonly #policy: AnswerPolicy
  readonly #startedMs = performance.now()
  /** Of the outcome; after a held answer, of its delivery. */
  #resolve: (outcome: Delivered) => void = () => {}
  #resolveFirst: (outcome: Outcome) => void = () => {}

  #body: Readable | null = null
  #controller: Dispatcher.DispatchController | undefined
  #waiting: Waiting | undefined
  #stalled: NodeJS.Timeout | undefined
  #settled = false
  #upstreamEnded = false
  #broken: string | undefined
  #status = 499
  #ttfbMs: number | undefined
  #bytesOut = 0
  /** The answer says itself where it ends: a length, or chunks. */
  #framedByUpstream = true
  #framedByUs = true

  constructor(
    res: CallerAnswer,
    received: RequestBody | undefined,
    upstreams: UpstreamAgent,
    policy: AnswerPolicy,
  ) {
    this.#res = res
    this.#received = received
    this.#upstreams = upstreams
    this.#policy = policy
  }

  send({ origin, path, method, headers, body }: UpstreamRequest): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#resolveFirst = resolve
      this.#resolve = resolve
      if (this.#res.closed) {
        this.#onCallerClosed()
        return
      }
      this.#res.once('close', this.#onCallerClosed)
      const whole = body ?? this.#received?.take()
      if (!whole && this.#received) this.#body = this.#received.open(this.#upstreams.idleTimeoutMs)
      this.#upstreams.agent.dispatch({ origin, path, method, headers, body: whole ?? this.#body }, this)
    })
  }

  /** Takes no more of the caller's body. An upload that was under way is aborted. */
  releaseBody(): void {
    this.#body?.destroy()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#settled) controller.abort(new Error('the caller left'))
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _: unknown, reason = ''): void {
    // Interim answers (102, 103) are between upstream and us.
    if (status < 200) return
    const headers = decode(controller.rawHeaders)
    const hasLength = valuesOf(headers, 'content-length').length > 0
    this.#framedByUpstream = hasLength || valuesOf(headers, 'transfer-encoding').length > 0
    this.#framedByUs = hasLength || this.#res.req?.httpVersion !== '1.0'
    this.#ttfbMs = Math.round(performance.now() - this.#startedMs)

    const answer = { status, reason: reason.replace(NOT_A_REASON, ''), headers }
    const head = this.#policy.onHead(answer)
    if (head) this.#begin(head)
    else {
      const timer = setTimeout(this.#decide, HOLD_TIMEOUT_MS)
      this.#waiting = { answer, chunks: [], bytes: 0, timer }
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const waiting = this.#waiting
    if (waiting) {
      waiting.chunks.push(chunk)
      waiting.bytes += chunk.length
      if (waiting.bytes >= MAX_HELD_BYTES) {
        controller.pause()
        this.#decide()
      }
      return
    }
    if (!this.#write(chunk)) this.#waitForCaller(controller)
  }

  /** undici's own clock stands still while it is paused. */
  #waitForCaller(controller: Dispatcher.DispatchController): void {
    controller.pause()
    const stallMs = Math.min(CALLER_STALL_MS, this.#upstreams.idleTimeoutMs)
    this.#stalled ??= setTimeout(() => this.#res.destroy(), stallMs)
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    const isCut = !this.#framedByUpstream && this.#upstreams.isResetting()
    const end = isCut
      ? { cause: 'ECONNRESET' }
      : { trailers: responseHeaders(decode(controller.rawTrailers)) }
    if (this.#waiting) {
      this.#waiting.end = end
      this.#decide()
    } else this.#finish(end)
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#settled) return
    const { refusal, cause } = this.#failureOf(error)
    if (this.#waiting) {
      this.#waiting.end = { cause }
      this.#decide()
    } else if (this.#res.headersSent) this.#breakOff(cause)
    else {
      const isCallers = error instanceof CallerError
      this.#settle({
        end: 'unanswered',
        refusal,
        cause,
        failure: isCallers ? 'caller-left' : failureKindOf(cause),
        sent: this.#controller !== undefined,
        bytesIn: this.#received?.bytes ?? 0,
      })
    }
  }

  #failureOf(error: Error) {
    const tooLarge = error instanceof CallerError && error.code === 'BODY_TOO_LARGE'
    if (!tooLarge) return failureOf(error)
    return { refusal: refusals.bodyTooLarge(this.#received?.maxBytes ?? 0), cause: error.code }
  }

  #begin(head: ResponseHead): void {
    const res = this.#res
    res.writeHead(head.status, head.reason, [...head.headers])
    this.#status = head.status
    this.#received?.forget()
    res.on('drain', () => {
      clearTimeout(this.#stalled)
      this.#stalled = undefined
      this.#controller?.resume()
    })
    // The head goes out with the first bytes of the body if they came with it, else by itself.
    queueMicrotask(() => {
      if (this.#bytesOut === 0 && !res.writableEnded && !res.destroyed) res.flushHeaders()
    })
  }

  #write(chunk: Buffer): boolean {
    this.#bytesOut += chunk.length
    if (this.#policy.watches) this.#policy.onChunk(chunk)
    return this.#res.write(chunk)
  }

  #finish(end: NonNullable<Waiting['end']>): void {
    if ('cause' in end) {
      this.#breakOff(end.cause)
      return
    }
    this.#upstreamEnded = true
    if (end.trailers.length > 0) this.#res.addTrailers(inPairs(end.trailers))
    this.#res.end()
  }

  /** As much of a held answer is there as is waited for. */
  #decide = () => {
    const waiting = this.#waiting
    if (!waiting || this.#settled) return
    clearTimeout(waiting.timer)
    this.#resolveFirst({
      end: 'held',
      answer: waiting.answer,
      text: decodedText(waiting.chunks, valuesOf(waiting.answer.headers, 'content-encoding')[0]),
      relay: (head) => this.#relayHeld(waiting, head),
      drop: () => this.#dropHeld(),
    })
  }

  #relayHeld(waiting: Waiting, head: ResponseHead): Promise<Delivered> {
    return new Promise((resolve) => {
      this.#resolve = resolve
      if (this.#settled) {
        resolve(this.#delivered())
        return
      }
      this.#waiting = undefined
      this.#begin(head)
      let hasRoom = true
      for (const chunk of waiting.chunks) hasRoom = this.#write(chunk)
      if (waiting.end) this.#finish(waiting.end)
      else if (hasRoom) this.#controller?.resume()
    })
  }

  #dropHeld(): void {
    if (!this.#waiting || this.#settled) return
    this.#settled = true
    this.#res.off('close', this.#onCallerClosed)
    this.#body?.destroy()
    if (!this.#waiting.end) this.#controller?.abort(new Error('another answer was better'))
  }

  /**
   * Upstream's stream broke, so the caller's must not end well. What already came is still delivered; then the
   * connection closes without the last chunk. Where only the closing would mark the end, it is reset instead.
   */
  #breakOff(cause: string): void {
    this.#broken = cause
    const { socket } = this.#res
    if (!socket) this.#res.destroy()
    else if (this.#framedByUs) socket.destroySoon()
    else socket.resetAndDestroy()
  }

  #onCallerClosed = () => {
    if (this.#settled) return
    if (this.#waiting) clearTimeout(this.#waiting.timer)
    this.#settle(this.#delivered())
    if (!this.#upstreamEnded) this.#controller?.abort(new Error('the caller left'))
  }

  #delivered(): Delivered {
    const complete = this.#upstreamEnded && this.#res.writableFinished
    return {
      end: this.#broken ? 'broken' : complete ? 'complete' : 'left',
      status: this.#status,
      ...(this.#broken && { cause: this.#broken }),
      ...(this.#ttfbMs !== undefined && { ttfbMs: this.#ttfbMs }),
      bytesIn: this.#received?.bytes ?? 0,
      bytesOut: this.#bytesOut,
    }
  }

  #settle(outcome: Exclude<Outcome, { end: 'held' }>): void {
    this.#settled = true
    clearTimeout(this.#stalled)
    this.#res.off('close', this.#onCallerClosed)
    this.#body?.destroy()
    if (outcome.end === 'unanswered') this.#resolveFirst(outcome)
    else this.#resolve(outcome)
  }
}

/** RFC 9112: a reason phrase is visible characters, spaces and tabs. Node refuses to write anything else. */
const NOT_A_REASON = /[^\t\x20-\x7e\x80-\xff]/g

function inPairs(raw: RawHeaders): Array<[string, string]> {
  return raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? '']] : []))
}

/** undici hands out the bytes; Latin-1 is what HTTP reads and Node writes, so every byte survives. */
function decode(raw: Dispatcher.DispatchController['rawHeaders']): RawHeaders {
  if (!Array.isArray(raw)) return []
  return raw.map((item) => (typeof item === 'string' ? item : item.toString('latin1')))
}
