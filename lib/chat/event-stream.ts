import type { RunEvent } from './contract.ts'

/** Comments this often keep proxies and CDNs from closing a quiet stream; the first goes out at once. */
const KEEP_ALIVE_MS = 15_000

/** Server-sent events, made as their reader wants them. `onCancel` is called when the reader leaves before the end. */
export function toEventStream(
  events: AsyncGenerator<{ seq: number; event: RunEvent }>,
  onCancel: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let keepAlive: NodeJS.Timeout | undefined
  return new ReadableStream({
    start(controller) {
      const beat = () => controller.enqueue(encoder.encode(': keep-alive\n\n'))
      beat()
      keepAlive = setInterval(beat, KEEP_ALIVE_MS)
    },
    async pull(controller) {
      const next = await events.next().catch((error: unknown) => {
        clearInterval(keepAlive)
        throw error
      })
      if (next.done) {
        clearInterval(keepAlive)
        controller.close()
        return
      }
      const { seq, event } = next.value
      controller.enqueue(encoder.encode(`id: ${seq}\ndata: ${JSON.stringify(event)}\n\n`))
    },
    cancel() {
      clearInterval(keepAlive)
      onCancel()
    },
  })
}
