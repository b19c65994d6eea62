import { type Refusal, refusals } from './refusal.ts'

/** A request body under count. */
export interface MeteredBody {
  /** To be sent in place of the request's own; null when there is none. It fails when `refusal` becomes set. */
  stream: ReadableStream<Uint8Array> | null
  bytes: number
  refusal?: Refusal
}

/**
 * Counts a request's body on its way, without buffering. It fails the body when it exceeds `maxBytes`, or ends before
 * the announced length: a host that truncates uploads must not make them look complete.
 */
export function meterBody(request: Request, maxBytes: number | undefined, onChunk: () => void): MeteredBody {
  const announced = request.headers.get('content-length')
  const metered: MeteredBody = { stream: null, bytes: 0 }
  if (!request.body) {
    const expected = Number(announced ?? 0) > 0 || request.headers.has('transfer-encoding')
    if (expected)
      metered.refusal = refusals.badRequest(`this host loses the body of a ${request.method} request`)
    return metered
  }
  const fail = (refusal: Refusal) => {
    metered.refusal = refusal
    throw new TypeError(refusal.code)
  }
  const count: Transformer<Uint8Array, Uint8Array> = {
    transform(chunk, controller) {
      metered.bytes += chunk.byteLength
      if (maxBytes !== undefined && metered.bytes > maxBytes) fail(refusals.bodyTooLarge(maxBytes))
      onChunk()
      controller.enqueue(chunk)
    },
    flush() {
      if (announced !== null && metered.bytes !== Number(announced)) {
        fail(refusals.badRequest('its body does not have the announced length'))
      }
    },
  }
  metered.stream = request.body.pipeThrough(new TransformStream(count))
  return metered
}
