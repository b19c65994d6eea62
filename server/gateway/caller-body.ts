import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/**
 * A caller's request body as a stream of its own. undici destroys the body it was given when upstream answers early or
 * fails; on the request itself that would cut the connection over which the answer has to go out.
 */
export class CallerBody extends Readable {
  readonly #request: IncomingMessage
  bytes = 0

  constructor(request: IncomingMessage) {
    super()
    this.#request = request
    request.on('data', this.#onData)
    request.on('end', this.#onEnd)
    request.on('error', this.#onError)
    request.pause()
  }

  override _read(): void {
    this.#request.resume()
  }

  /** What upstream no longer wants is read and thrown away, so that the caller's connection stays usable. */
  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#request.off('data', this.#onData)
    this.#request.off('end', this.#onEnd)
    this.#request.resume()
    callback(error)
  }

  #onData = (chunk: Buffer) => {
    this.bytes += chunk.length
    if (!this.push(chunk)) this.#request.pause()
  }

  #onEnd = () => {
    this.push(null)
  }

  #onError = (error: Error) => {
    this.destroy(error)
  }
}

/** Whether a request has a body: RFC 9112, section 6. An announced length of zero is none. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
