import type { z } from 'zod'
import { KeySourceError, type SourceFailure } from './key-source.ts'

export interface VaultCall {
  method: 'GET' | 'POST'
  /** Below `/v1/`. */
  path: string
  token?: string
  body?: unknown
}

export interface VaultAnswer {
  status: number
  /** Parsed JSON; undefined for an empty body. */
  body: unknown
}

/** Sends one call to Vault; rejects with {@link KeySourceError} unless Vault answered 2xx, 400, 403 or 404. */
export type CallVault = (call: VaultCall) => Promise<VaultAnswer>

const CALL_TIMEOUT_MS = 5_000
const MAX_ANSWER_BYTES = 1 << 20
const RETRY_AFTER_MS = [250, 1_000]

/** Vault by HTTP. Calls end after 5 s; what may pass by itself (no connection, 412, 429, 5xx) is tried three times. */
export function createVaultClient(options: {
  address: string
  namespace?: string
  timeoutMs?: number
  /** Before the second and the third try of a call that failed for Vault's own reasons. */
  retryAfterMs?: readonly number[]
}): CallVault {
  const { address, namespace, timeoutMs = CALL_TIMEOUT_MS, retryAfterMs = RETRY_AFTER_MS } = options
  return async (call) => {
    const deadline = AbortSignal.timeout(timeoutMs)
    for (const pauseMs of [...retryAfterMs, undefined]) {
      const answer = await send(`${address}/v1/${call.path}`, call, namespace, deadline).catch(
        (cause: unknown) => (cause instanceof KeySourceError ? cause : unreachable(cause)),
      )
      if (!(answer instanceof KeySourceError)) return answer
      const passes = PASSING.has(answer.code) && !deadline.aborted
      if (!passes || pauseMs === undefined) throw answer
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
    throw new KeySourceError('unreachable', 'names a Vault that cannot be reached')
  }
}

const PASSING = new Set<SourceFailure>(['unreachable', 'throttled', 'unavailable', 'sealed'])

async function send(
  url: string,
  { method, token, body }: VaultCall,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<VaultAnswer> {
  const init: RequestInit = {
    method,
    signal,
    // Followed by hand: `fetch` would carry the token to wherever it is sent.
    redirect: 'manual',
    headers: {
      'x-vault-request': 'true',
      ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
      ...(token !== undefined && { 'x-vault-token': token }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
  const first = await fetch(url, init)
  const response = isStandby(first.status) ? await fetch(activeNode(url, first), init) : first
  return { status: response.status, body: await readAnswer(response) }
}

const isStandby = (status: number) => status === 307 || status === 308

/** A standby node names the active one. Never from https to http, and only once, as Vault's own clients have it. */
function activeNode(url: string, response: Response): string {
  const location = response.headers.get('location') ?? ''
  const target = URL.canParse(location, url) ? new URL(location, url) : undefined
  const allowed = url.startsWith('https:') ? ['https:'] : ['http:', 'https:']
  if (!target || !allowed.includes(target.protocol)) {
    throw new KeySourceError('malformed', 'names a Vault that redirects to nowhere safe')
  }
  return target.href
}

const KNOWN = new Set([400, 403, 404])

async function readAnswer(response: Response): Promise<unknown> {
  const { status } = response
  const text = await readBounded(response)
  if (status >= 200 && status < 300 && text === '') return undefined
  if ((status >= 200 && status < 300) || KNOWN.has(status)) return parseAnswer(text)
  if (status === 412 || status === 429) {
    throw new KeySourceError('throttled', `names a Vault that is busy (${status})`)
  }
  if (status === 503)
    throw new KeySourceError('sealed', 'names a Vault that is sealed or in maintenance (503)')
  if (status >= 500) throw new KeySourceError('unavailable', `names a Vault that fails (${status})`)
  throw new KeySourceError('malformed', `names a server that does not answer as Vault does (${status})`)
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_ANSWER_BYTES) break
  }
  return text.length > MAX_ANSWER_BYTES ? '' : text + decoder.decode()
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new KeySourceError('malformed', 'names a server that does not answer as Vault does')
  }
}

function unreachable(cause: unknown): KeySourceError {
  const name = cause instanceof Error ? cause.name : ''
  if (name === 'TimeoutError' || name === 'AbortError') {
    return new KeySourceError('timeout', 'names a Vault that does not answer in time')
  }
  const inner = cause instanceof Error ? cause.cause : undefined
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : 'no connection'
  return new KeySourceError('unreachable', `names a Vault that cannot be reached (${code})`)
}

/** An answer's body in the shape it should have. */
export function shaped<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  throw new KeySourceError('malformed', 'names a server that does not answer as Vault does')
}
