import type { z } from 'zod'
import type { ApiError } from './chat/contract.ts'
import { parseJson } from './chat/parse-json.ts'
import { getConfig } from './config.ts'
import { type StorageFailure, storageFailureOf } from './db/storage-failure.ts'
import { log } from './log.ts'
import { SiteError } from './site-error.ts'

/** What the handlers of the site's own API share: one error shape, strict JSON bodies, and a check of the origin. */

const MAX_BODY_BYTES = 1_000_000

/** Runs a handler and turns what it throws into the one error shape. Unknown errors are logged, never shown. */
export async function answer(handler: () => Promise<Response>): Promise<Response> {
  try {
    return await handler()
  } catch (error) {
    if (error instanceof SiteError) return errorResponse(error)
    log('error', 'handler_failed', { error })
    return errorResponse(publicError(error))
  }
}

const STORAGE: Record<StorageFailure, string> = {
  full: "The site's disk is full, so this could not be stored; what was stored before can still be read. Its operator has to make room.",
  busy: "The site's database is busy, so this could not be stored. Try again in a moment.",
  away: "The site's database cannot be reached, so this was not stored. Try again in a moment.",
}

/** What people are told of an error that was not made for them. */
function publicError(error: unknown): SiteError {
  const failure = storageFailureOf(error)
  if (failure) return new SiteError(503, `storage_${failure}`, STORAGE[failure])
  if (isUnstorable(error)) {
    return new SiteError(400, 'bad_text', 'There is a character in it that cannot be stored.')
  }
  return new SiteError(500, 'internal', 'Something went wrong on this site. Please try again.')
}

/** PostgreSQL's texts cannot hold NUL; where it matters it is taken out before. */
const isUnstorable = (error: unknown) => error instanceof Error && 'code' in error && error.code === '22021'

function errorResponse(error: SiteError): Response {
  const body: ApiError = {
    error: { code: error.code, message: error.message, ...(error.field ? { field: error.field } : {}) },
  }
  return Response.json(body, { status: error.status, headers: { 'cache-control': 'no-store' } })
}

/**
 * Reads a JSON body of at most `maxBytes` (1 MB) as `schema` has it. Throws {@link SiteError}: 403 when the request comes from
 * another site, 415, 413, or 400 naming the first field that is wrong.
 */
export async function readBody<T extends z.ZodType>(
  request: Request,
  schema: T,
  maxBytes = MAX_BODY_BYTES,
): Promise<z.output<T>> {
  requireSameOrigin(request)
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new SiteError(415, 'not_json', 'Send the body as application/json.')
  }
  const value = parseJson(await readText(request, maxBytes))
  if (value === undefined) throw new SiteError(400, 'bad_json', 'The body is not valid JSON.')
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = issue?.path.join('.') || undefined
  const message = `The request is not valid: ${field ? `${field}: ` : ''}${issue?.message ?? 'unknown shape'}.`
  throw new SiteError(400, 'bad_request', message, { field })
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () => new SiteError(413, 'too_large', `The body is larger than ${maxBytes / 1e6} MB.`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

/**
 * Refuses state changes that another site's page asked for. Browsers always tell the origin of such requests, so one
 * that is missing or `null` is refused as well (OWASP: verifying origin with standard headers). Where the public address is
 * https, http under the same name is another site: whoever is on the way can put a page there.
 */
export function requireSameOrigin(request: Request): void {
  const origin = request.headers.get('origin')
  const host = request.headers.get('host')
  const { SITE_URL } = getConfig()
  const isPublic = SITE_URL?.startsWith('https:') && new URL(SITE_URL).host === host
  const allowed = [SITE_URL, ...(isPublic ? [] : [`http://${host}`, `https://${host}`])]
  if (origin === null || !allowed.some((url) => url && URL.canParse(url) && new URL(url).origin === origin)) {
    throw new SiteError(403, 'foreign_origin', 'This request must come from the site itself.')
  }
}

/** The value as an id, or a 404: no such thing can exist under another name. */
export function requireId(value: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value
  throw new SiteError(404, 'not_found', 'There is nothing under this address.')
}
