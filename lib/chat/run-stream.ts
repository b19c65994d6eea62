import type { Database } from '../db/schema.ts'
import type { RunEvent } from './contract.ts'
import { findLiveRun } from './live-runs.ts'
import { findAnswer, interruptLostRuns } from './run-store.ts'

/** Comments this often keep proxies and CDNs from closing a quiet stream; the first goes out at once. */
const KEEP_ALIVE_MS = 15_000

/**
 * Attaches to the run of an answer: `start` with the message as it stands, then what is written after it, then `end`.
 * For an answer that another instance is writing the stream closes without `end`, and the browser attaches again.
 * Null unless the answer is the owner's. Cancelling the stream never stops the run.
 */
export async function attachRun(
  db: Database,
  owner: string,
  answerId: string,
): Promise<ReadableStream<Uint8Array> | null> {
  let found = await findAnswer(db, owner, answerId)
  if (found?.answer.status === 'running' && !findLiveRun(answerId)) {
    if ((await interruptLostRuns(db, { all: false })) > 0) found = await findAnswer(db, owner, answerId)
  }
  if (!found) return null
  const { conversation, answer } = found
  const detached = new AbortController()

  async function* events(): AsyncGenerator<{ seq: number; event: RunEvent }> {
    const run = findLiveRun(answerId)
    const seq = run?.seq ?? 0
    const message = run?.snapshot() ?? answer
    yield { seq, event: { type: 'start', conversation, message } }
    if (run) yield* run.follow(seq, detached.signal)
    else if (message.status !== 'running') {
      const { status, error, model } = message
      yield { seq: seq + 1, event: { type: 'end', status, error, model } }
    }
  }
  return toEventStream(events(), () => detached.abort())
}

function toEventStream(
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
