/**
 * What the chat takes of one response before it gives up on it. The gateway relays whatever upstream sends; the AI SDK
 * collects a line until it ends and an error until it is whole, so a response without end would fill the memory.
 */
const MAX_LINE_BYTES = 8 * 1024 * 1024
const MAX_TOTAL_BYTES = 64 * 1024 * 1024
/** Errors are read whole; OpenAI's are far shorter. What is longer is cut off, and then says nothing. */
const MAX_ERROR_BYTES = 64 * 1024

const LINE_FEED = 10

/**
 * The response, but its body fails when a line or the whole grows beyond what an answer can be, and an error's ends early.
 * Throws when it comes compressed, which was not asked for: unpacking is where small things become large.
 */
export async function boundResponse(response: Response): Promise<Response> {
  const encoding = response.headers.get('content-encoding')
  if (encoding !== null && encoding !== 'identity') {
    await response.body?.cancel()
    throw new TypeError('upstream compressed an answer that was asked for as it is')
  }
  const body = response.body?.pipeThrough(new TransformStream(response.ok ? boundAnswer() : boundError()))
  return new Response(body ?? null, response)
}

function boundAnswer(): Transformer<Uint8Array, Uint8Array> {
  let total = 0
  let line = 0
  return {
    transform(chunk, controller) {
      total += chunk.length
      const lastEnd = chunk.lastIndexOf(LINE_FEED)
      line = lastEnd === -1 ? line + chunk.length : chunk.length - lastEnd - 1
      if (line > MAX_LINE_BYTES || total > MAX_TOTAL_BYTES)
        throw new TypeError("upstream's answer has no end")
      controller.enqueue(chunk)
    },
  }
}

function boundError(): Transformer<Uint8Array, Uint8Array> {
  let left = MAX_ERROR_BYTES
  return {
    transform(chunk, controller) {
      controller.enqueue(chunk.subarray(0, left))
      left -= chunk.length
      if (left <= 0) controller.terminate()
    },
  }
}
