import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Exchange, Outcome, UpstreamRequest } from '../../lib/gateway/gateway.ts'
import { type RawHeaders, responseHeaders, valuesOf } from '../../lib/gateway/headers.ts'
import { failureOf } from '../../lib/gateway/upstream-failure.ts'
import { CallerBody, hasBody } from './caller-body.ts'
import type { UpstreamAgent } from './upstream-agent.ts'

type ToCaller = Parameters<Exchange['forward']>[1]

/**
 * One request between a caller and an upstream: undici's parser calls it, and it writes to the caller's connection at
 * once. Its outcome is decided once, by whichever comes first: the caller's response closing, or upstream failing
 * while nothing has been said to the caller.
 */
export class Relay implements Dispatcher.DispatchHandler {
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #upstreams: UpstreamAgent
  readonly #toCaller: ToCaller
  readonly #resolve: (outcome: Outcome) => void
  readonly #startedMs = performance.now()

  #body: CallerBody | null = null
  #controller: Dispatcher.DispatchController | undefined
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
    req: IncomingMessage,
    res: ServerResponse,
    upstreams: UpstreamAgent,
    toCaller: ToCaller,
    resolve: (outcome: Outcome) => void,
  ) {
    this.#req = req
    this.#res = res
    this.#upstreams = upstreams
    this.#toCaller = toCaller
    this.#resolve = resolve
  }

  start({ origin, path, method, headers }: UpstreamRequest): void {
    if (this.#res.closed) {
      this.#onCallerClosed()
      return
    }
    this.#res.once('close', () => this.#onCallerClosed())
    if (hasBody(this.#req)) this.#body = new CallerBody(this.#req, this.#upstreams.idleTimeoutMs)
    this.#upstreams.agent.dispatch({ origin, path, method, headers, body: this.#body }, this)
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
    this.#framedByUs = hasLength || this.#req.httpVersion !== '1.0'
    this.#ttfbMs = Math.round(performance.now() - this.#startedMs)

    const res = this.#res
    const head = this.#toCaller({ status, reason: reason.replace(NOT_A_REASON, ''), headers })
    res.writeHead(head.status, head.reason, [...head.headers])
    this.#status = status
    res.on('drain', () => controller.resume())
    // The head goes out with the first bytes of the body if they came with it, else by itself.
    queueMicrotask(() => {
      if (this.#bytesOut === 0 && !res.writableEnded && !res.destroyed) res.flushHeaders()
    })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytesOut += chunk.length
    if (!this.#res.write(chunk)) controller.pause()
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (!this.#framedByUpstream && this.#upstreams.isResetting()) {
      this.#breakOff('ECONNRESET')
      return
    }
    this.#upstreamEnded = true
    const trailers = responseHeaders(decode(controller.rawTrailers))
    if (trailers.length > 0) this.#res.addTrailers(inPairs(trailers))
    this.#res.end()
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#settled) return
    const { refusal, cause } = failureOf(error)
    if (this.#res.headersSent) this.#breakOff(cause)
    else this.#settle({ end: 'unanswered', refusal, cause, bytesIn: this.#body?.bytes ?? 0 })
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

  #onCallerClosed(): void {
    if (this.#settled) return
    const complete = this.#upstreamEnded && this.#res.writableFinished
    const end = this.#broken ? 'broken' : complete ? 'complete' : 'left'
    this.#settle({
      end,
      status: this.#status,
      ...(this.#broken && { cause: this.#broken }),
      ...(this.#ttfbMs !== undefined && { ttfbMs: this.#ttfbMs }),
      bytesIn: this.#body?.bytes ?? 0,
      bytesOut: this.#bytesOut,
    })
    if (!this.#upstreamEnded) this.#controller?.abort(new Error('the caller left'))
  }

  #settle(outcome: Outcome): void {
    this.#settled = true
    this.#body?.destroy()
    this.#resolve(outcome)
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
