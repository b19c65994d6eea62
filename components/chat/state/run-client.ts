import type { ApiError, RunEvent, SendRequest } from '#lib/chat/contract.ts'
import { withTerms } from '../terms/ask-for-terms.ts'
import { changesArrived } from './changes-under-way.ts'
import { tellOfRequest } from './other-tabs.ts'
import { ownKeyHeaders } from './own-key.ts'
import { createSseParser } from './sse-parser.ts'

/** Why a request to the site failed, before or instead of an event stream. */
export class RequestFailure extends Error {
  /** The HTTP status; 0 when the site could not be reached. */
  readonly status: number
  readonly code: string
  /** When it can be tried again, from when it failed; undefined where nobody told. */
  readonly retryAfterMs: number | undefined

  constructor(status: number, code: string, message: string, retryAfterMs?: number) {
    super(message)
    this.name = 'RequestFailure'
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** The site sends a comment every 15 s; a stream silent for longer than two of them is dead, whatever the socket says. */
const SILENCE_MS = 40_000
const FIRST_PAUSE_MS = 300
const LONGEST_PAUSE_MS = 15_000
/** Between two tries of a browser that believes to have no network. */
const OFFLINE_PAUSE_MS = 60_000
/**
 * So long a page out of sight keeps its connection. Browsers have six for a site over HTTP/1.1, in all tabs together: with an
 * answer being written in each of six, a seventh would not even load.
 */
const REST_AFTER_MS = 5_000
/** Until somebody looks: as long as a timer can be. */
const REST_MS = 2 ** 31 - 1
/** How often an unacknowledged send is repeated before the text goes back to its writer. */
const SEND_ATTEMPTS = 3

export interface RunListener {
  onEvent(event: RunEvent): void
  /** The connection broke (`false`) or carries events again (`true`); the run itself goes on. */
  onConnected(connected: boolean): void
}

/** Where waiting and connecting come from; replaced in tests. */
export interface RunEnvironment {
  fetch: typeof fetch
  /** Resolves after `ms`, or at once when there is a reason to try again: online, or visible again. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** Calls back when a page that was hidden or offline is back; returns an unsubscriber. */
  onReturn(callback: () => void): () => void
  /** Calls back when nobody has looked at the page for a while; returns an unsubscriber. */
  onUnseen?(callback: () => void): () => void
  random(): number
  /** Whether the browser knows that it has no network. */
  isOffline?(): boolean
  silenceMs?: number
}

/**
 * Sends a question and follows its answer to the end. Resolves after the `end` event or when `signal` aborts, which
 * leaves the run alone. Rejects with {@link RequestFailure} when the site did not take the question; sending the same
 * request again is safe, since its ids make it one turn. Without a network it waits for one.
 */
export async function sendAndFollow(
  request: SendRequest,
  listener: RunListener,
  signal: AbortSignal,
  env: RunEnvironment = browserEnvironment,
): Promise<void> {
  const state: RunState = { started: false, ended: false, progress: false, lastId: '' }
  const changes = changesArrived()
  // Without any the question is on its way before the page renders it: even a microtask would come after that.
  if (changes) await changes
  for (let attempt = 1; !state.started; attempt++) {
    try {
      const init = withOwnKey(postJson(request))
      await withTerms(() => readRun('/api/chat', init, listener, signal, env, state))
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof RequestFailure && error.status > 0) throw error
    }
    if (signal.aborted || state.ended) return
    if (!state.started) {
      if (env.isOffline?.()) {
        // Not a failure to be told: the question goes out when there is a network again.
        listener.onConnected(false)
        attempt = 0
        await env.pause(OFFLINE_PAUSE_MS, signal)
        continue
      }
      if (attempt >= SEND_ATTEMPTS) throw new RequestFailure(0, 'unreachable', 'The stream did not begin.')
      await env.pause(FIRST_PAUSE_MS * 2 ** attempt, signal)
    }
  }
  await follow(request.answerId, listener, signal, env, state)
}

/** Attaches to an answer that is being written and follows it to the end, over lost connections. See `sendAndFollow`. */
export async function followRun(
  answerId: string,
  listener: RunListener,
  signal: AbortSignal,
  env: RunEnvironment = browserEnvironment,
): Promise<void> {
  await follow(answerId, listener, signal, env, {
    started: false,
    ended: false,
    progress: true,
    lastId: '',
  })
}

/**
 * Reads an answer whose connection is its run. Resolves after `end`, or when `signal` aborts; rejects with
 * {@link RequestFailure} when there was no stream, or it broke.
 */
export async function readAnswer(
  path: string,
  init: RequestInit,
  listener: RunListener,
  signal: AbortSignal,
  env: RunEnvironment = browserEnvironment,
): Promise<void> {
  const state: RunState = { started: false, ended: false, progress: false, lastId: '' }
  try {
    await withTerms(() => readRun(path, withOwnKey(init), listener, signal, env, state, false))
  } catch (error) {
    if (signal.aborted) return
    throw error
  }
  if (!state.ended && !signal.aborted) throw new RequestFailure(0, 'unreachable', 'The stream broke.')
}

/** Asks the site to stop a run. The run's own `end` event tells when it has. */
export async function stopRun(answerId: string, signal?: AbortSignal): Promise<void> {
  await requestJson(`/api/messages/${answerId}/stop`, { method: 'POST', ...(signal && { signal }) })
}

/** Fetches JSON (or nothing, for a 204) from the site's own API. Rejects with {@link RequestFailure}. */
export async function requestJson<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetchOrFail(fetch, path, init)
  tellOfRequest(init?.method, path)
  // The site's own answer, whose shape is the contract both sides are compiled against.
  return (response.status === 204 ? undefined : await response.json()) as T
}

export function postJson(body: unknown, method = 'POST'): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

const withOwnKey = (init: RequestInit): RequestInit => ({
  ...init,
  headers: { ...init.headers, ...ownKeyHeaders() },
})

interface RunState {
  started: boolean
  ended: boolean
  /** Something new came on this connection, so the next pause starts short again. */
  progress: boolean
  /** The SSE id of the last event; what came before it is not to be sent again. */
  lastId: string
  /** The connection was let go, to be taken up when somebody looks. */
  isResting?: boolean
}

async function follow(
  answerId: string,
  listener: RunListener,
  signal: AbortSignal,
  env: RunEnvironment,
  state: RunState,
): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS
  // A first attachment connects at once; after a broken one it waits.
  let wait = state.started
  while (!state.ended && !signal.aborted) {
    if (state.isResting) {
      state.isResting = false
      await env.pause(REST_MS, signal)
      if (signal.aborted) return
    } else if (wait) {
      listener.onConnected(false)
      if (state.progress) pauseMs = FIRST_PAUSE_MS
      await env.pause(pauseMs * (0.5 + env.random() / 2), signal)
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      if (signal.aborted) return
    }
    wait = true
    state.progress = false
    try {
      const after = state.lastId === '' ? '' : `?after=${encodeURIComponent(state.lastId)}`
      await readRun(`/api/messages/${answerId}/events${after}`, undefined, listener, signal, env, state)
    } catch (error) {
      // The site knows no such run: trying again cannot help.
      if (error instanceof RequestFailure && [400, 401, 403, 404].includes(error.status)) throw error
    }
  }
}

/** Reads one connection to its close, passing its events on. */
async function readRun(
  path: string,
  init: RequestInit | undefined,
  listener: RunListener,
  signal: AbortSignal,
  env: RunEnvironment,
  state: RunState,
  canRest = true,
): Promise<void> {
  const connection = new AbortController()
  const abort = () => connection.abort()
  signal.addEventListener('abort', abort)
  const watch = watchSilence(connection, env)
  const unwatchSight = env.onUnseen?.(() => {
    // Only what has begun can be taken up again.
    if (!canRest || state.lastId === '') return
    state.isResting = true
    connection.abort()
  })
  const parse = createSseParser(({ id, data }) => {
    // Written by the site from the same type; see contract.ts.
    const event = JSON.parse(data) as RunEvent
    state.lastId = id
    if (event.type === 'start') state.started = true
    else state.progress = true
    if (event.type === 'end') state.ended = true
    listener.onEvent(event)
  })
  try {
    const response = await fetchOrFail(env.fetch, path, { ...init, signal: connection.signal })
    // What is asked for after a place has no `start`, and perhaps nothing new yet.
    listener.onConnected(true)
    const reader = response.body?.getReader()
    while (reader && !state.ended) {
      const { done, value } = await reader.read()
      if (done) return
      watch.heard()
      parse(value)
    }
    await reader?.cancel()
  } finally {
    signal.removeEventListener('abort', abort)
    watch.end()
    unwatchSight?.()
  }
}

/** Breaks a connection that has said nothing for too long, checking at once when the page comes back. */
function watchSilence(connection: AbortController, env: RunEnvironment) {
  const silenceMs = env.silenceMs ?? SILENCE_MS
  let lastHeard = Date.now()
  let timer = setTimeout(() => connection.abort(), silenceMs)
  const unsubscribe = env.onReturn(() => {
    // A phone that slept may hold a socket that died in the meantime, and half the silence is already suspicious.
    if (Date.now() - lastHeard > silenceMs / 2) connection.abort()
  })
  return {
    heard() {
      lastHeard = Date.now()
      clearTimeout(timer)
      timer = setTimeout(() => connection.abort(), silenceMs)
    },
    end() {
      clearTimeout(timer)
      unsubscribe()
    },
  }
}

async function fetchOrFail(doFetch: typeof fetch, path: string, init?: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await doFetch(path, init)
  } catch (error) {
    throw new RequestFailure(0, 'unreachable', String(error))
  }
  if (response.ok) return response
  const body: Partial<ApiError> | null = await response.json().catch(() => null)
  const { code = 'unknown', message = response.statusText } = body?.error ?? {}
  // Only whole seconds: the site and nginx send no dates.
  const seconds = /^\d{1,7}$/.exec(response.headers.get('retry-after') ?? '')?.[0]
  throw new RequestFailure(response.status, code, message, seconds ? Number(seconds) * 1000 : undefined)
}

function onReturn(callback: () => void): () => void {
  const visible = () => document.visibilityState === 'visible' && callback()
  window.addEventListener('online', callback)
  document.addEventListener('visibilitychange', visible)
  return () => {
    window.removeEventListener('online', callback)
    document.removeEventListener('visibilitychange', visible)
  }
}

function onUnseen(callback: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = () => {
    clearTimeout(timer)
    if (document.visibilityState === 'hidden') timer = setTimeout(callback, REST_AFTER_MS)
  }
  look()
  document.addEventListener('visibilitychange', look)
  return () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', look)
  }
}

const browserEnvironment: RunEnvironment = {
  fetch: (input, init) => fetch(input, init),
  random: Math.random,
  isOffline: () => !navigator.onLine,
  onReturn,
  onUnseen,
  pause: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        unsubscribe()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      const unsubscribe = onReturn(done)
      signal.addEventListener('abort', done)
    }),
}
