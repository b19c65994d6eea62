/**
 * What a generator writes, as the body of a response: the next piece is made when the reader wants it. `onEnd` is called
 * once, when it is over or the reader has left.
 */
export function textStream(
  pieces: AsyncGenerator<string, void>,
  onEnd: () => Promise<void> = async () => undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await pieces.next()
      if (!next.done) return controller.enqueue(encoder.encode(next.value))
      await onEnd()
      controller.close()
    },
    async cancel() {
      await pieces.return()
      await onEnd()
    },
  })
}
