import type { Database } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import type { KeepMade } from './answer-stream.ts'
import type { ChatGateway } from './chat-gateway.ts'
import type { SendRequest } from './contract.ts'
import type { FileStore } from './files/file-store.ts'
import { previewOf } from './files/image-looks.ts'
import { imageName, type KeepDependencies, keepMade } from './files/keep-file.ts'
import { filesForModel, type ModelSenses } from './files/model-files.ts'
import { generateAnswer } from './generate-answer.ts'
import { fetchMadeFile } from './made-files.ts'
import { loadPreferences } from './preference-store.ts'
import { withPreferences } from './preferences.ts'
import { type DueQuestion, dueQuestions, holdQueued, listQueue } from './question-queue.ts'
import type { QueueAnswer } from './queue-contract.ts'
import { abortable, findLiveRun, isDraining, LiveRun, registerRun } from './runs/live-runs.ts'
import { getRunChannel } from './runs/run-channel.ts'
import { heedOrders } from './runs/run-orders.ts'
import { type Outcome, outcomeOf, outcomeOfError } from './runs/run-outcome.ts'
import { RunRecording } from './runs/run-recording.ts'
import {
  findAnswer,
  finishRun,
  loadBranch,
  type RunResult,
  saveProgress,
  storeTurn,
} from './runs/run-store.ts'
import type { QueuedTurn, Turn } from './runs/turn.ts'
import { titleByModel } from './title-by-model.ts'

/** How long after a save the next one ends, if it takes as long: with what comes in between that keeps the two seconds promised. */
const SAVE_MS = 1_000
/** The same while people read at other instances, who see what is stored. */
const WATCHED_SAVE_MS = 250
/** A run that has nothing new still says that it is alive. */
const HEARTBEAT_MS = 2_000
/** Between two attempts to store the end of a run while the database is away, doubling from one to the other. */
const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 5_000

export interface SendDependencies {
  db: Database
  gateway: ChatGateway
  store: FileStore
  /** How much may be kept of what tools make, in a file and in all files of a person; without it tools make no files. */
  fileLimits?: Pick<KeepDependencies, 'maxBytes' | 'maxBytesInAll'>
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
  request: SendRequest | QueuedTurn,
): Promise<Turn> {
  // An answer that is being written here needs no other run, even if its row says that it was lost meanwhile.
  const known = findLiveRun(request.answerId) && (await findAnswer(deps.db, owner, request.answerId))
  if (known && request.kind === 'continue') return { ...known, run: null }
  const preferences = await loadPreferences(deps.db, owner)
  const turn = await storeTurn(deps.db, owner, request, Date.now())
  if (!turn.run) return turn
  const run = new LiveRun(turn.answer, turn.run.number)
  registerRun(run)
  getRunChannel()?.share(run)
  const settings = withPreferences(turn.run.settings, preferences)
  if (request.kind === 'ask' && request.parentId === null && turn.conversation.titleSource === 'question') {
    void titleByModel(deps, owner, request)
  }
  void writeAnswer(deps, { ...turn, owner, run: { ...turn.run, settings } }, run)
  return turn
}

type StartedTurn = Turn & { owner: string; run: NonNullable<Turn['run']> }

/** The life of a run: generate, keep, and end it exactly once, in the database before in the page. */
async function writeAnswer(deps: SendDependencies, turn: StartedTurn, run: LiveRun): Promise<void> {
  const stopSaving = keepSaving(deps, turn.run.id, run)
  const stopHeeding = heedOrders(deps.db, turn.run.id, run, deps.onStoreError)
  const recording = new RunRecording()
  const outcome = await generateInto(deps, turn, run, recording)
  const recorded = await recording.finish().catch((error: unknown) => {
    deps.onStoreError(error)
    return undefined
  })
  stopHeeding()
  await stopSaving()
  const model = recording.modelAnswered ?? turn.answer.model
  const { parts, length: seq, contextFrom } = run
  const result: RunResult = { ...outcome, model, parts, seq, contextFrom, recorded }
  if (await storeEnd(deps, turn.run.id, run, result)) {
    await askNext(deps, turn.answer.id).catch(deps.onStoreError) // The sweep finds it.
    run.end(result.status, result.error, result.model)
  }
  // Not stored as ended, the run is found without a heartbeat later and marked the same.
  else run.end('interrupted', null, model)
}

/** Asks the question that waits for the end of an answer, if that has come. */
async function askNext(deps: SendDependencies, belowId: string): Promise<void> {
  const [due] = isDraining() ? [] : await dueQuestions(deps.db, { belowId })
  if (due) await askQueued(deps, due)
}

/**
 * Asks what is due in a conversation, after a change of its queue, and tells how the queue stands then and whether
 * `questionId` is asked. With `isNow` that one is asked, whatever became of the answer before it.
 */
export async function askIfDue(
  deps: SendDependencies,
  conversationId: string,
  questionId: string,
  isNow = false,
): Promise<QueueAnswer> {
  const due = await dueQuestions(deps.db, isNow ? { id: questionId } : { conversationId })
  for (const one of due) await askQueued(deps, one)
  const queue = await listQueue(deps.db, conversationId)
  return { queue, isAsked: !queue.some(({ id }) => id === questionId) }
}

/** Asks a question whose turn has come. One that is refused waits for its owner from then on. */
export async function askQueued(deps: SendDependencies, due: DueQuestion): Promise<void> {
  const { id, owner, conversationId, answerId, hasOwnKey } = due
  if (hasOwnKey && deps.gateway.ownKey === undefined) {
    return await holdQueued(deps.db, id, { reason: 'key' })
  }
  const gateway = hasOwnKey ? deps.gateway : { ...deps.gateway, ownKey: undefined }
  try {
    await sendMessage({ ...deps, gateway }, owner, { kind: 'queued', id, conversationId, answerId })
  } catch (error) {
    if (!(error instanceof SiteError)) throw error
    // Asked or taken back meanwhile, it holds nothing.
    await holdQueued(deps.db, id, { reason: 'refused', detail: error.message })
  }
}

/**
 * Stores the end, however long the database is away: until then nobody is told of it, and what was written stays here.
 * False when the process must end first.
 */
async function storeEnd(
  deps: SendDependencies,
  runId: string,
  run: LiveRun,
  result: RunResult,
): Promise<boolean> {
  for (let pauseMs = FIRST_RETRY_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_RETRY_MS)) {
    try {
      await finishRun(deps.db, runId, result)
      return true
    } catch (error) {
      deps.onStoreError(error)
    }
    if (run.lastCall.aborted) return false
    await abortable(run.lastCall, (done) => {
      const timer = setTimeout(done, pauseMs)
      return () => clearTimeout(timer)
    })
  }
}

async function generateInto(
  deps: SendDependencies,
  { owner, conversation, answer, run: { settings } }: StartedTurn,
  run: LiveRun,
  recording: RunRecording,
): Promise<Outcome> {
  try {
    const branch = await loadBranch(deps.db, conversation.id, answer.id)
    const readFiles = (senses: ModelSenses) => filesForModel(deps, owner, branch, senses)
    const keep = keeperOf(deps, owner, conversation.id, run.signal)
    const asked = { branch, settings, readFiles, ...(keep && { keep }) }
    for await (const item of generateAnswer(deps.gateway, asked, recording, run.signal)) {
      if (item.type === 'finish') return outcomeOf(item.finish)
      if (item.type === 'context') run.contextFrom = item.fromId
      else if (item.type === 'annotate') run.annotate(item.index, item.meta)
      else if (item.type === 'preview') run.preview(item)
      else run.grow(item)
    }
    return outcomeOf('cut')
  } catch (error) {
    return outcomeOfError(error, { signal: run.signal, hasText: run.length > 0 })
  }
}

/** Keeps what tools make as files of the owner's, which the conversation uses. */
function keeperOf(
  { gateway, fileLimits, onStoreError, ...deps }: SendDependencies,
  owner: string,
  conversationId: string,
  signal: AbortSignal,
): KeepMade | undefined {
  if (!fileLimits) return undefined
  const keep = async (name: string, bytes: Buffer) => {
    try {
      return await keepMade({ ...deps, ...fileLimits }, owner, conversationId, name, bytes)
    } catch (error) {
      if (error instanceof SiteError) throw error
      // The answer must not be lost for its image.
      onStoreError(error)
      throw new SiteError(503, 'not_stored', 'The site could not store this file.')
    }
  }
  return {
    image: (bytes, prompt) => keep(imageName(bytes, prompt), bytes),
    preview: previewOf,
    async file(made) {
      const bytes = await fetchMadeFile(gateway, made, fileLimits.maxBytes, signal)
      return bytes && (await keep(made.name, bytes))
    },
  }
}

/** Materialises the answer while it grows, one write at a time. Returns a function that ends it. */
function keepSaving(deps: SendDependencies, runId: string, run: LiveRun): () => Promise<void> {
  let saving: Promise<void> = Promise.resolve()
  let busy = false
  // Nobody knows yet how slow the database is, so the first words are saved at once.
  let saved = { length: run.length, at: Date.now(), tookMs: SAVE_MS }

  async function save(): Promise<void> {
    const length = run.length
    const startedAt = Date.now()
    const isOurs = await saveProgress(deps.db, runId, { parts: run.parts, seq: length })
    saved = { length, at: Date.now(), tookMs: Date.now() - startedAt }
    if (!isOurs) run.stop('superseded')
  }
  const timer = setInterval(() => {
    const sinceMs = Date.now() - saved.at
    const saveMs = run.isWatched ? WATCHED_SAVE_MS : SAVE_MS - saved.tookMs
    const dueMs = run.length === saved.length ? HEARTBEAT_MS : Math.max(WATCHED_SAVE_MS, saveMs)
    if (busy || sinceMs < dueMs) return
    busy = true
    saving = save()
      .catch((error: unknown) => {
        deps.onStoreError(error)
        saved = { ...saved, at: Date.now() } // A database that is away is not asked more often than one that is there.
      })
      .finally(() => {
        busy = false
      })
  }, WATCHED_SAVE_MS)
  return async () => {
    clearInterval(timer)
    await saving
  }
}
