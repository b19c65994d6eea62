import type { Database } from '../db/schema.ts'
import type { ChatGateway } from './chat-gateway.ts'
import type { Message, SendRequest } from './contract.ts'
import { generateAnswer } from './generate-answer.ts'
import { LiveRun, registerRun } from './live-runs.ts'
import { toRunError } from './run-error.ts'
import {
  finishRun,
  HEARTBEAT_MS,
  loadBranch,
  type RunResult,
  saveProgress,
  storeTurn,
  type Turn,
} from './run-store.ts'

export interface SendDependencies {
  db: Database
  gateway: ChatGateway
  /** Told about a run that could not be kept; never about what people wrote. */
  onStoreError: (error: unknown) => void
}

/**
 * One turn. When this returns, the question is durable and the answer is being written by the server, whether anybody
 * reads it or not (`attachRun`). The same request twice is one turn. Throws {@link SiteError} as `storeTurn` does.
 */
export async function sendMessage(
  deps: SendDependencies,
  owner: string,
  request: SendRequest,
): Promise<Turn> {
  const turn = await storeTurn(deps.db, owner, request, Date.now())
  if (!turn.created) return turn
  const run = new LiveRun(turn.answer)
  registerRun(run)
  void writeAnswer(deps, turn, run)
  return turn
}

/** The life of a run: generate, keep, and end it exactly once, in the database before in the page. */
async function writeAnswer(deps: SendDependencies, turn: Turn, run: LiveRun): Promise<void> {
  const stopSaving = keepSaving(deps, run)
  const outcome = await generateInto(deps, turn, run)
  await stopSaving()
  const { parts } = run.snapshot()
  const result: RunResult = { ...outcome, parts, seq: run.seq }
  try {
    await finishRun(deps.db, run.messageId, result)
  } catch (error) {
    // Not stored as ended, the run is found without a heartbeat later and marked interrupted.
    deps.onStoreError(error)
  }
  run.end(outcome.status, outcome.error, outcome.model)
}

type Outcome = Pick<RunResult, 'status' | 'error' | 'model'>

async function generateInto(deps: SendDependencies, turn: Turn, run: LiveRun): Promise<Outcome> {
  const { conversation, answer } = turn
  try {
    // The answer's own place is the leaf; what upstream continues is everything above it.
    const branch = (await loadBranch(deps.db, conversation.id, answer.id)).slice(0, -1)
    for await (const item of generateAnswer(deps.gateway, branch, run.signal)) {
      if (item.type === 'delta') run.append(item.kind, item.text)
      else return outcomeOf(item.finish, item.model ?? null)
    }
    return outcomeOf('cut', null)
  } catch (error) {
    return outcomeOfError(error, run)
  }
}

function outcomeOf(finish: 'complete' | 'refused' | 'cut', model: string | null): Outcome {
  if (finish === 'complete') return { status: 'complete', error: null, model }
  if (finish === 'refused') return { status: 'failed', error: { code: 'content_refused' }, model }
  return { status: 'interrupted', error: { code: 'upstream_down' }, model }
}

function outcomeOfError(error: unknown, run: LiveRun): Outcome {
  if (run.signal.aborted) {
    return {
      status: run.signal.reason === 'interrupted' ? 'interrupted' : 'stopped',
      error: null,
      model: null,
    }
  }
  // What was written stays and can be continued; only an answer without a word has failed.
  const status: Message['status'] = run.seq > 0 ? 'interrupted' : 'failed'
  return { status, error: toRunError(error), model: null }
}

/** Materialises the answer every {@link HEARTBEAT_MS}, one write at a time. Returns a function that ends it. */
function keepSaving(deps: SendDependencies, run: LiveRun): () => Promise<void> {
  let saving: Promise<void> = Promise.resolve()
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    saving = saveProgress(deps.db, run.messageId, run.snapshot().parts, run.seq)
      .catch(deps.onStoreError)
      .finally(() => {
        busy = false
      })
  }, HEARTBEAT_MS)
  return async () => {
    clearInterval(timer)
    await saving
  }
}
