import type { Exchange, Outcome, ResponseHead, UpstreamRequest } from './gateway.ts'
import type { GatewaySettings } from './gateway-settings.ts'
import type { RawHeaders } from './headers.ts'
import { createIdleTimer, type IdleTimer } from './idle-timer.ts'
import { type MeteredBody, meterBody } from './metered-body.ts'
import { type Refusal, refusalBody, refusalHeaders, refusals } from './refusal.ts'
import { codeOf, failureOf } from './upstream-failure.ts'

/** What the gateway uses of `fetch`. */
export type Send = (url: string, init: RequestInit & { duplex?: 'half' }) => Promise<Response>

type Limits = Pick<GatewaySettings, 'idleTimeoutMs' | 'maxBodyBytes'>
type ToCaller = Parameters<Exchange['forward']>[1]
/** How a relayed answer ends; the rest of the outcome is known elsewhere. */
type Ending = { end: 'complete' | 'broken' | 'left'; cause?: string }

/** One request on `fetch`. `answer` is called exactly once. */
export function createFetchExchange(
  request: Request,
  target: string,
  answer: (response: Response) => void,
  send: Send,
  limits: Limits,
): Exchange {
  return {
    head: { method: request.method, target, headers: [...request.headers].flat() },
    refuse: (refusal) => answer(refusalResponse(refusal)),
    forward: (upstreamRequest, toCaller) =>
      new Forwarding(request, answer, limits).run(upstreamRequest, toCaller, send),
  }
}

/** The state of one forwarded request. */
class Forwarding {
  readonly #request: Request
  readonly #answer: (response: Response) => void
  readonly #body: MeteredBody
  readonly #idle: IdleTimer
  readonly #upstream = new AbortController()
  #left = false
  #silent = false
  #bytesOut = 0

  constructor(request: Request, answer: (response: Response) => void, limits: Limits) {
    this.#request = request
    this.#answer = answer
    this.#idle = createIdleTimer(limits.idleTimeoutMs, () => {
      this.#silent = true
      this.#upstream.abort()
    })
    this.#body = meterBody(request, limits.maxBodyBytes, () => this.#idle.restart())
  }

  async run(upstreamRequest: UpstreamRequest, toCaller: ToCaller, send: Send): Promise<Outcome> {
    const startedMs = performance.now()
    const caller = this.#request.signal
    caller.addEventListener('abort', this.#onLeft)
    if (caller.aborted) this.#onLeft()
    try {
      const response = await this.#send(upstreamRequest, send)
      if ('refused' in response) {
        return { end: 'unanswered', refusal: response, cause: response.code, bytesIn: this.#body.bytes }
      }
      const ttfbMs = Math.round(performance.now() - startedMs)
      const ending = await this.#relay(response, toCaller(headOf(response)))
      return {
        ...ending,
        status: response.status,
        ttfbMs,
        bytesIn: this.#body.bytes,
        bytesOut: this.#bytesOut,
      }
    } catch (error) {
      if (!this.#left) return { end: 'unanswered', ...this.#failureOf(error), bytesIn: this.#body.bytes }
      // Nobody hears this; the host still wants a response.
      this.#answer(new Response(null, { status: 499 }))
      return { end: 'left', status: 499, bytesIn: this.#body.bytes, bytesOut: 0 }
    } finally {
      this.#idle.stop()
      caller.removeEventListener('abort', this.#onLeft)
    }
  }

  #onLeft = () => {
    this.#left = true
    this.#upstream.abort()
  }

  /** Resolves with an answer that can be relayed unchanged, or with why not. Rejects when there is no answer. */
  async #send({ origin, path, method, headers }: UpstreamRequest, send: Send): Promise<Response | Refusal> {
    if (this.#body.refusal) return this.#body.refusal
    this.#idle.restart()
    const response = await send(origin + path, {
      method,
      headers: asHeaders([...withoutEncodings(headers), 'accept-encoding', 'identity']),
      ...(this.#body.stream && { body: this.#body.stream, duplex: 'half' }),
      redirect: 'manual',
      signal: this.#upstream.signal,
    })
    this.#idle.stop()
    if (!isEncoded(response)) return response
    this.#upstream.abort()
    return refusals.upstreamEncoding()
  }

  #failureOf(error: unknown): { refusal: Refusal; cause: string } {
    if (this.#body.refusal) return { refusal: this.#body.refusal, cause: this.#body.refusal.code }
    if (this.#silent) return { refusal: refusals.upstreamTimeout(), cause: 'silent' }
    return failureOf(error)
  }

  /** Hands the answer over and resolves when its body has ended, one way or another. */
  #relay(response: Response, head: ResponseHead): Promise<Ending> {
    const init = { status: head.status, statusText: head.reason, headers: asHeaders(head.headers) }
    return new Promise((resolve) => {
      const body = response.body && this.#relayed(response.body, resolve)
      this.#answer(new Response(body, init))
      if (!body) resolve({ end: 'complete' })
    })
  }

  /** Reads only when the caller does, so back-pressure reaches upstream, and silence counts only while one waits. */
  #relayed(body: ReadableStream<Uint8Array>, end: (ending: Ending) => void): ReadableStream<Uint8Array> {
    const reader = body.getReader()
    const left = () => end({ end: 'left' })
    this.#request.signal.addEventListener('abort', left)
    const source: UnderlyingDefaultSource<Uint8Array> = {
      pull: async (controller) => {
        this.#idle.restart()
        try {
          const { done, value } = await reader.read()
          if (done) {
            controller.close()
            end({ end: 'complete' })
          } else {
            this.#bytesOut += value.byteLength
            controller.enqueue(value)
          }
        } catch (error) {
          controller.error(error)
          end({ end: 'broken', cause: this.#silent ? 'silent' : codeOf(error) })
        } finally {
          this.#idle.stop()
        }
      },
      cancel: () => {
        this.#onLeft()
        left()
      },
    }
    return new ReadableStream(source, { highWaterMark: 0 })
  }
}

function headOf(response: Response): ResponseHead {
  return { status: response.status, reason: response.statusText, headers: [...response.headers].flat() }
}

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
