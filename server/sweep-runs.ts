import { type DueQuestion, dueQuestions } from '#lib/chat/question-queue.ts'
import { isDraining } from '#lib/chat/runs/live-runs.ts'
import { interruptLostRuns } from '#lib/chat/runs/lost-runs.ts'
import type { Database } from '#lib/db/schema.ts'
import { log } from '#lib/log.ts'

/** With the ten seconds after which a silent run is lost, every loss is known within 15 s, whether anybody reads or not. */
const EVERY_MS = 4_000
/** Whoever ended an answer asks what waited for it; when it has not by then, it died in between. */
const LEFT_BEHIND_MS = 5_000

/**
 * Looks after runs whose process has gone, at whichever instance: marks them as interrupted, and asks what waited for an
 * answer that ended just before. `mayAsk` tells whether an account is still open. Returns a function that ends it.
 */
export function sweepRuns(
  db: Database,
  mayAsk: (accountId: string) => Promise<boolean>,
  everyMs = EVERY_MS,
): () => void {
  let timer = setTimeout(look, everyMs)
  let isOver = false
  async function look(): Promise<void> {
    await sweep(db, mayAsk).catch((error: unknown) => log('error', 'runs_not_swept', { error }))
    if (!isOver) timer = setTimeout(look, everyMs)
  }
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

async function sweep(db: Database, mayAsk: (accountId: string) => Promise<boolean>): Promise<void> {
  const lost = await interruptLostRuns(db, { all: false })
  if (lost > 0) log('warn', 'runs_lost', { count: lost })
  if (isDraining()) return
  for (const due of await dueQuestions(db, { endedBefore: Date.now() - LEFT_BEHIND_MS })) {
    if (await mayAsk(due.owner)) await ask(db, due)
  }
}

/** What asks is loaded when it is needed, so that the host starts without it. */
async function ask(db: Database, due: DueQuestion): Promise<void> {
  const [{ askQueued }, { chatDependencies }] = await Promise.all([
    import('#lib/chat/send-message.ts'),
    import('#lib/chat-dependencies.ts'),
  ])
  await askQueued(chatDependencies(db, due.owner), due)
}
