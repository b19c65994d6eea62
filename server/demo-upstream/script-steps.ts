import type { ToolUse } from './hosted-tools.ts'
import { errorBody, standardHeaders } from './openai-shapes.ts'
import type { RequestMatch } from './received-requests.ts'

/** A piece of a body as it is written, one write each. */
export type Chunk = string | Uint8Array
/** A whole body, or its chunks. An iterable that throws resets the connection. */
export type Chunks = Chunk | Iterable<Chunk> | AsyncIterable<Chunk>
type HeaderPairs = ReadonlyArray<readonly [name: string, value: string]>

export interface ScriptedResponse {
  status?: number
  /** In this order and spelling; a name may repeat. A single-chunk body gets a `content-length` if none is given. */
  headers?: HeaderPairs
  body?: Chunks
}

/**
 * Where an answer breaks off, and how: `reset` is a TCP RST, `close` a FIN in the middle of the message, `stall` silence
 * until the caller leaves. Without a position it breaks where the answer would have ended.
 */
export interface Cut {
  how: 'reset' | 'close' | 'stall'
  /** Before the first byte of the head. */
  beforeHeaders?: true
  /** After this many writes of the body; 0 is right after the head. */
  afterChunks?: number
  /** After this many bytes of the body (of the whole message for `bytes`). */
  afterBytes?: number
  /** Waited for before breaking, so that a test can first see what arrived. */
  when?: Promise<unknown>
}

/** What the next matching request gets. Without `respond`, `bytes` and `say` it is the normal demo answer. */
export interface ScriptStep {
  match?: RequestMatch
  /** How many requests it serves; 1 by default, `Infinity` for good. A body that serves several is no generator. */
  times?: number
  /**
   * The request's body: `first` read all, then answer (the default); `along` answer at the head and go on reading;
   * `never` leave it on the wire. While a body is left unread, a caller that closes politely is not noticed.
   */
  reading?: 'first' | 'along' | 'never'
  /** Before the head of the answer. */
  delayMs?: number
  respond?: ScriptedResponse
  /** Written on the socket as they are, head included; then the connection is closed. */
  bytes?: Chunks
  /**
   * The text of a chat completion or Response, in the shape of whichever was asked for. Iterables are its exact deltas.
   * `uses` are the tools of OpenAI's own that a Response uses first.
   */
  say?: { text: string | Iterable<string> | AsyncIterable<string>; reasoning?: string; uses?: ToolUse[] }
  cut?: Cut
}

/** `step` for the requests that match only. */
export const on = (match: RequestMatch, step: ScriptStep): ScriptStep => ({ ...step, match })

const JSON_TYPE = ['content-type', 'application/json'] as const

const failure = (
  status: number,
  error: Parameters<typeof errorBody>[0],
  headers: HeaderPairs = [],
): ScriptStep => ({
  respond: { status, headers: [JSON_TYPE, ...standardHeaders(), ...headers], body: errorBody(error) },
})

/** A duration as Go prints it, which is how `x-ratelimit-reset-*` are written: `120ms`, `8.64s`, `6m0s`. */
export function goDuration(durationMs: number): string {
  if (durationMs < 1000) return `${durationMs}ms`
  const minutes = Math.floor(durationMs / 60_000)
  const seconds = `${(durationMs % 60_000) / 1000}s`
  if (minutes === 0) return seconds
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`
}

/** Answers that succeed. */
export const answer = {
  /** The text in the shape of the API that was called, streaming if asked; iterables are the exact deltas. */
  text: (
    text: NonNullable<ScriptStep['say']>['text'],
    options: Omit<NonNullable<ScriptStep['say']>, 'text'> = {},
  ): ScriptStep => ({ say: { text, ...options } }),
  json: (value: unknown, options: Omit<ScriptedResponse, 'body'> = {}): ScriptStep => ({
    respond: { ...options, headers: [JSON_TYPE, ...(options.headers ?? [])], body: JSON.stringify(value) },
  }),
  /** An event stream of exactly these chunks: nothing is added to them, neither `data:` nor blank lines. */
  sse: (chunks: Chunks, options: Omit<ScriptedResponse, 'body'> = {}): ScriptStep => ({
    respond: {
      ...options,
      headers: [['content-type', 'text/event-stream; charset=utf-8'], ...(options.headers ?? [])],
      body: typeof chunks === 'string' || chunks instanceof Uint8Array ? [chunks] : chunks,
    },
  }),
  body: (body: Chunks, options: Omit<ScriptedResponse, 'body'> = {}): ScriptStep => ({
    respond: { ...options, body },
  }),
  /** A raw HTTP message, head included, well-formed or not. */
  bytes: (bytes: Chunks): ScriptStep => ({ bytes }),
}

type Position = Pick<Cut, 'afterChunks' | 'afterBytes' | 'when'>

/** Things that go wrong. Those that break an answer off break the normal one unless combined with another step. */
export const fault = {
  /** A 429 that passes: wait and use the key again. */
  rateLimited(options: { retryAfterMs?: number; dimension?: 'requests' | 'tokens' } = {}): ScriptStep {
    const { retryAfterMs = 1000, dimension = 'requests' } = options
    const message = `Rate limit reached for tain-demo on ${dimension} per min. Please try again in ${goDuration(retryAfterMs)}.`
    const step = failure(429, { message, type: dimension, code: 'rate_limit_exceeded' })
    const exhausted: HeaderPairs = [
      [`x-ratelimit-limit-${dimension}`, dimension === 'requests' ? '60' : '150000'],
      [`x-ratelimit-remaining-${dimension}`, '0'],
      [`x-ratelimit-reset-${dimension}`, goDuration(retryAfterMs)],
      ['retry-after-ms', String(retryAfterMs)],
      ['retry-after', String(Math.ceil(retryAfterMs / 1000))],
    ]
    const others = (step.respond?.headers ?? []).filter(([name]) => !name.endsWith(`-${dimension}`))
    return { respond: { ...step.respond, headers: [...others, ...exhausted] } }
  },
  /** A 429 that lasts until somebody pays. */
  quota: (): ScriptStep =>
    failure(429, {
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    }),
  invalidKey: (): ScriptStep =>
    failure(401, {
      message: 'Incorrect API key provided.',
      type: 'invalid_request_error',
      code: 'invalid_api_key',
    }),
  /** The key lacks the right to this model. */
  forbidden: (): ScriptStep =>
    failure(403, {
      message: 'Project does not have access to this model.',
      type: 'invalid_request_error',
      code: 'model_not_found',
    }),
  badRequest: (message = 'Invalid value.', code = 'invalid_value', param: string | null = null): ScriptStep =>
    failure(400, { message, type: 'invalid_request_error', param, code }),
  serverError: (status = 500): ScriptStep =>
    status === 503
      ? failure(503, {
          message: 'The server is currently overloaded. Please try again later.',
          type: 'service_unavailable_error',
          code: 'server_is_overloaded',
        })
      : failure(status, {
          message: 'The server had an error while processing your request. Sorry about that!',
          type: 'server_error',
          code: null,
        }),
  delay: (delayMs: number): ScriptStep => ({ delayMs }),
  /** Takes the request and never answers. */
  silence: (): ScriptStep => ({ cut: { how: 'stall', beforeHeaders: true } }),
  stall: (at: Position = { afterChunks: 0 }): ScriptStep => ({ cut: { how: 'stall', ...at } }),
  resetBeforeHeaders: (): ScriptStep => ({ cut: { how: 'reset', beforeHeaders: true } }),
  closeBeforeHeaders: (): ScriptStep => ({ cut: { how: 'close', beforeHeaders: true } }),
  resetMidStream: (at: Position = { afterChunks: 3 }): ScriptStep => ({ cut: { how: 'reset', ...at } }),
  closeMidStream: (at: Position = { afterChunks: 3 }): ScriptStep => ({ cut: { how: 'close', ...at } }),
}

/** An answer that grows under the test's hand: nothing is sent but what `say` is given. */
export interface LiveAnswer {
  step: ScriptStep
  say(text: string): void
  finish(): void
  /** Resets the connection after what was said. */
  break(): void
}

export function createLiveAnswer(options: Parameters<typeof answer.text>[1] = {}): LiveAnswer {
  let said: string[] = []
  let state: 'open' | 'finished' | 'broken' = 'open'
  let change = Promise.withResolvers<void>()

  async function* text(): AsyncGenerator<string> {
    for (;;) {
      const changed = change.promise
      const news = said
      said = []
      yield* news
      if (said.length > 0) continue
      if (state === 'finished') return
      if (state === 'broken') throw new Error('The live answer was broken off.')
      await changed
    }
  }
  const tell = () => {
    change.resolve()
    change = Promise.withResolvers()
  }
  return {
    step: answer.text(text(), options),
    say(news) {
      said.push(news)
      tell()
    },
    finish() {
      state = 'finished'
      tell()
    },
    break() {
      state = 'broken'
      tell()
    },
  }
}
