import { isRefusal, type Refusal, refusals } from './refusal.ts'

/** A request target below `/v1` that may be relayed. */
export interface Target {
  /** What follows `/v1`, byte for byte: path and query, possibly empty. */
  rest: string
  /** The family of paths, for the log: never an id, never a word of the caller's own. */
  route: string
}

/**
 * Whether the gateway answers for this raw request target. It claims every spelling that begins with `/v1` as a whole
 * segment, also in absolute form and also those it then refuses, so that none of them falls through to the site.
 */
export function isGatewayTarget(rawTarget: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#\\]*)?\/v1(?![\w.~-])/i.test(rawTarget)
}

/** RFC 3986 `pchar` and `/`, without `;`: parameters of segments are read differently by every server. */
const PATH = /^(?:[\w.~!$&'()*+,=:@/-]|%[0-9a-f]{2})*$/i

/** Administration of the operator's account. Denied whatever key is behind the gateway. */
const DENIED = new Set(['organization', 'organizations', 'projects'])

/** Segments below `/v1`, in lower case: such a path is denied, and every one that goes on below it. */
export type DeniedPaths = readonly (readonly string[])[]

/**
 * Reads a comma-separated list such as `/v1/files, /v1/fine_tuning`; `off` is none. Throws a RangeError whose message
 * completes a sentence that begins with the setting's name.
 */
export function parseDeniedPaths(text: string): string[][] {
  const paths = text
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '' && item !== 'off')
  if (!paths.every((path) => /^\/v1(?:\/[\w~-][\w.~-]*)+\/?$/.test(path))) {
    throw new RangeError('must be a comma-separated list of paths such as /v1/files')
  }
  return paths.map((path) => path.split('/').slice(2).filter(Boolean))
}

/**
 * Reads a raw request target. What passes can mean only one thing to every server that may read it: it stays below
 * `/v1`, has no dot segments in any encoding, no empty segment but a last one, no backslash, control or NUL.
 */
export function parseTarget(rawTarget: string, deniedPaths: DeniedPaths = []): Target | Refusal {
  if (!rawTarget.startsWith('/v1')) return refusals.badPath('it does not begin with /v1/')
  const queryAt = rawTarget.indexOf('?')
  const path = rawTarget.slice('/v1'.length, queryAt === -1 ? undefined : queryAt)
  if (path !== '' && !path.startsWith('/')) return refusals.badPath('it does not begin with /v1/')
  if (!PATH.test(path)) return refusals.badPath('it contains a character that must be percent-encoded')
  if (rawTarget.includes('#')) return refusals.badPath('a request has no fragment')

  const segments = decodedSegments(path)
  if (isRefusal(segments)) return segments
  if (DENIED.has(segments[0] ?? '')) return refusals.pathDenied()
  if (deniedPaths.some((denied) => denied.every((word, i) => word === segments[i]))) {
    return refusals.pathDeniedHere()
  }
  return { rest: rawTarget.slice('/v1'.length), route: routeOf(segments) }
}

/**
 * The segments in lower case as the most eager server would see them: decoded until nothing changes. `%2F` inside a
 * segment is how SDKs send a model id such as `org/model`, so an encoded slash divides but does not disqualify.
 */
function decodedSegments(path: string): string[] | Refusal {
  // What PATH lets through has no forbidden character unless it is encoded.
  const decoded = path.includes('%') ? decodedPath(path) : path
  if (typeof decoded === 'object') return decoded
  const segments = decoded
    .toLowerCase()
    .split('/')
    .slice(1)
    .map((segment) => segment.trim())
  if (segments.some((segment) => /^\.+$/.test(segment))) {
    return refusals.badPath('it contains a dot segment')
  }
  if (segments.slice(0, -1).includes('')) return refusals.badPath("it contains an empty segment ('//')")
  return segments
}

function decodedPath(path: string): string | Refusal {
  if (!isUtf8(path)) return refusals.badPath('its percent-encoding is not UTF-8')
  let decoded = path
  for (let depth = 0; decoded.includes('%'); depth++) {
    if (depth === MAX_ENCODINGS) return refusals.badPath('it is percent-encoded too many times')
    const once = decodeOnce(decoded)
    if (once === decoded) break
    decoded = once
  }
  if (hasControl(decoded) || /[\\;]/.test(decoded)) {
    return refusals.badPath('it contains a forbidden character')
  }
  return decoded
}

const MAX_ENCODINGS = 4

const hasControl = (text: string) => [...text].some((char) => char <= '\x1f' || char === '\x7f')

/** Overlong forms such as `%c0%ae`, which lenient decoders read as a dot, are no UTF-8 either. */
function isUtf8(encoded: string): boolean {
  try {
    // The result is used, if only for its length: bundlers take an unused call for one without effect and drop it.
    return decodeURIComponent(encoded).length <= encoded.length
  } catch {
    return false
  }
}

/** Bytes as Latin-1 characters: the rules look for ASCII only, and no sequence of bytes is invalid this way. */
const decodeOnce = (text: string) =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const ROUTES = new Set([
  'assistants',
  'audio',
  'batches',
  'chat',
  'completions',
  'containers',
  'conversations',
  'embeddings',
  'evals',
  'files',
  'fine_tuning',
  'images',
  'models',
  'moderations',
  'realtime',
  'responses',
  'skills',
  'threads',
  'uploads',
  'vector_stores',
  'videos',
])

function routeOf([first = '']: string[]): string {
  return ROUTES.has(first) ? `/v1/${first}` : '/v1/*'
}
