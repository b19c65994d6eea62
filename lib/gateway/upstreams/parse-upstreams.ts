/** Where requests can go: one way of several to the same API. */
export interface UpstreamAddress {
  /** Shown to callers in `x-tain-upstream` and written in the log. */
  readonly name: string
  /** Scheme, host and port: a key leased for this upstream is sent there and nowhere else. */
  readonly origin: string
  /** What stands in place of the gateway's `/v1`, without a trailing slash; may be empty. */
  readonly basePath: string
}

const NAME = /^[a-z0-9][\w.-]{0,31}$/i
const MAX_UPSTREAMS = 32

/**
 * Reads `name=url`, comma-separated. A bare origin gets `/v1`, as OPENAI_BASE_URL does.
 *
 * Throws a RangeError whose message completes a sentence that begins with the setting's name and contains nothing of
 * what was written: a URL in the wrong place may hold a password.
 */
export function parseUpstreams(text: string): UpstreamAddress[] {
  const items = text.split(',').map((item) => item.trim())
  const upstreams = items.flatMap((item, index) => (item === '' ? [] : [readItem(item, index + 1)]))
  if (upstreams.length > MAX_UPSTREAMS) throw new RangeError(`must be at most ${MAX_UPSTREAMS} upstreams`)
  const names = new Set<string>()
  for (const { name } of upstreams) {
    if (names.has(name)) throw new RangeError('must be a list in which every name stands once')
    names.add(name)
  }
  return upstreams
}

function readItem(item: string, place: number): UpstreamAddress {
  const equals = item.indexOf('=')
  const name = item.slice(0, Math.max(0, equals)).trim()
  if (!NAME.test(name)) {
    throw wrong(place, 'what stands before = is not 1 to 32 letters, digits, dots, dashes')
  }
  return addressOf(name, item.slice(equals + 1).trim()) ?? badUrl(place)
}

/** An upstream of this name at this URL; undefined when that is not a plain http(s) URL. */
export function addressOf(name: string, text: string): UpstreamAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  if (url.username || url.password || url.search || url.hash || /[?#]/.test(text)) return undefined
  const basePath = url.pathname === '/' ? '/v1' : url.pathname.replace(/\/+$/, '')
  return { name, origin: url.origin, basePath }
}

function badUrl(place: number): never {
  throw wrong(place, 'the URL is not an http:// or https:// URL without user name, query or fragment')
}

const wrong = (place: number, why: string) =>
  new RangeError(`must be a comma-separated list of name=url; in item ${place} ${why}`)
