import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** The caller stopped sending in the middle of its body. */
export class CallerSilentError extends Error {
  readonly code = 'CALLER_SILENT'
}

/**
 * A caller's request body as a stream of its own. undici destroys the body it was given when upstream answers early or
 * fails; on the request itself that would cut the connection over which the answer has to go out.
 *
 * It fails with {@link CallerSilentError} when upstream waits for more and nothing comes for `idleTimeoutMs`.
 */
export class CallerBody extends Readable {
  readonly #request: IncomingMessage
  readonly #idle: NodeJS.Timeout
  #awaited = false
  bytes = 0

  constructor(request: IncomingMessage, idleTimeoutMs: number) {
    super()
    this.#request = request
    this.#idle = setTimeout(this.#onIdle, idleTimeoutMs)
    request.on('data', this.#onData)
    request.on('end', this.#onEnd)
    request.on('error', this.#onError)
    request.pause()
    // undici stops listening when the exchange is over for it; a caller that breaks off later must not end the process.
    this.on('error', () => {})
  }

  override _read(): void {
    this.#awaited = true
    this.#idle.refresh()
    this.#request.resume()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.#idle)
    this.#request.off('data', this.#onData)
    this.#request.off('end', this.#onEnd)
    callback(error)
  }

  #onData = (chunk: Buffer) => {
    this.bytes += chunk.length
    this.#idle.refresh()
    if (this.push(chunk)) return
    this.#awaited = false
    this.#request.pause()
  }

  #onEnd = () => {
    clearTimeout(this.#idle)
    this.push(null)
  }

  #onError = (error: Error) => {
    this.destroy(error)
  }

  #onIdle = () => {
    // Not the caller's silence but upstream's: whoever waits for upstream's answer has its own clock.
    if (this.#awaited) this.destroy(new CallerSilentError('the caller stopped sending'))
  }
}

/** Whether a request has a body: RFC 9112, section 6. An announced length of zero is none. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * Reads what is left of a body that nobody wants any more and throws it away, so that the caller gets round to reading
 * its answer and may use its connection again. Closes the connection when that takes longer than `timeoutMs`.
 */
export function discardRest(request: IncomingMessage, timeoutMs: number): void {
  if (request.complete || request.destroyed) return
  const timer = setTimeout(() => request.destroy(), timeoutMs)
  request.once('close', () => clearTimeout(timer))
  request.resume()
}
