const FAILED =
  /("type"\s*:\s*"image_generation_call".*"result"\s*:\s*)null|("result"\s*:\s*)null(?=.*"type"\s*:\s*"image_generation_call")/g
/** A line with a whole image in it is longer, and has no null in that place. */
const MAX_LINE_CHARS = 64 * 1024

/**
 * `fetch` for a request that may make images. The SDK takes the `null` of an image that failed, for instance because its
 * description was refused, for a broken answer; it is given an empty image instead. Nothing else of the stream changes.
 */
export function withFailedImages(doFetch: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await doFetch(input, init)
    if (!response.ok || !response.body) return response
    const body = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(emptyImages())
      .pipeThrough(new TextEncoderStream())
    return new Response(body, response)
  }
}

function emptyImages(): TransformStream<string, string> {
  let rest = ''
  const repaired = (line: string) =>
    line.length <= MAX_LINE_CHARS && line.includes('"image_generation_call"')
      ? line.replace(
          FAILED,
          (_, before: string | undefined, after: string | undefined) => `${before ?? after}""`,
        )
      : line
  return new TransformStream({
    transform(chunk, controller) {
      if (!chunk.includes('\n')) {
        rest += chunk // An image is a long line.
        return
      }
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      controller.enqueue(lines.map((line) => `${repaired(line)}\n`).join(''))
    },
    flush(controller) {
      if (rest !== '') controller.enqueue(repaired(rest))
    },
  })
}
