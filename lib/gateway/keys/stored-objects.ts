/**
 * Which account made which stored object (a response, file, batch, thread …), so that follow-ups go out with one of its
 * keys: such objects belong to the project that made them. Ids are learned from the beginning of upstream's answers and
 * recognised in paths and in the beginning of JSON bodies (`previous_response_id`, `input_file_id` …).
 */
export interface StoredObjects {
  /** The first account to be seen with an id keeps it: no answer can later claim an object that is another's. */
  remember(account: string, ids: readonly string[]): void
  /** The account that made the first of these that is known. Asks the archive only for what may be one. */
  accountOf(ids: readonly string[]): string | undefined | Promise<string | undefined>
}

/** Where what was learned outlives this process and is shared with others. */
export interface ObjectArchive {
  /** Resolves with the account of the first of these ids that is known; with undefined too when it cannot be asked. */
  find(ids: readonly string[]): Promise<string | undefined>
  /** Keeps the first account of an id; soon, not at once. */
  save(account: string, ids: readonly string[]): void
}

/**
 * Keeps at least the last `maxPerKind` ids of each kind (`resp`, `file` …), at most twice as many, so that busy
 * responses do not push out files. Without an archive a restart forgets them all.
 */
export function createStoredObjects({
  maxPerKind = 20_000,
  archive,
}: {
  maxPerKind?: number
  archive?: ObjectArchive | undefined
} = {}): StoredObjects {
  const kinds = new Map<string, Generations>()
  const kindOf = (id: string) => {
    const kind = /^[a-z]{1,12}(?=[_-])/.exec(id)?.[0] ?? OTHER
    return kinds.has(kind) || kinds.size < MAX_KINDS ? kind : OTHER
  }
  const find = (id: string) => kinds.get(kindOf(id))?.get(id)
  const keep = (account: string, id: string) => {
    const kind = kindOf(id)
    const known = kinds.get(kind) ?? new Generations(maxPerKind)
    kinds.set(kind, known)
    known.set(id, account)
  }
  return {
    remember(account, ids) {
      const news = ids.filter((id) => find(id) === undefined)
      for (const id of news) keep(account, id)
      const lasting = archive ? news.filter(isLasting) : []
      if (lasting.length > 0) archive?.save(account, lasting)
    },
    accountOf(ids) {
      for (const id of ids) {
        const account = find(id)
        if (account !== undefined) return account
      }
      const lasting = archive ? ids.filter(isLasting) : []
      return lasting.length > 0 ? archive?.find(lasting) : undefined
    },
  }
}

/** What can be asked for by itself later. The items within (`msg_`, `rs_`, `call_` …) are too many and lead to the same. */
const isLasting = (id: string) =>
  /^(?:resp|conv|file|cfile|batch|thread|asst|vs|upload|cntr|ft[a-z]*|evals?|video|skill|chatcmpl)[_-]/.test(
    id,
  )

const OTHER = ''
const MAX_KINDS = 32

/** A bounded map in two halves: the older is dropped whole when the younger is full. What is asked for moves over. */
class Generations {
  readonly #max: number
  #young = new Map<string, string>()
  #old = new Map<string, string>()

  constructor(max: number) {
    this.#max = max
  }

  get(id: string): string | undefined {
    const young = this.#young.get(id)
    if (young !== undefined) return young
    const old = this.#old.get(id)
    if (old !== undefined) this.set(id, old)
    return old
  }

  set(id: string, account: string): void {
    if (this.#young.size >= this.#max) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(id, account)
  }
}

const MAX_ID_CHARS = 128
/** `/threads/{id}/runs/{id}/steps/{id}`: the longest known today, with the empty one before the first slash. */
const MAX_SEGMENTS = 7

/**
 * The words of a path that may be ids, outermost first: every segment but the family's name (`/files/{id}/content`,
 * `/threads/{id}/runs/{id}`, and whatever path comes next year). Words that are none are simply not known.
 */
export function idsInPath(rest: string): string[] {
  const end = rest.indexOf('?')
  const segments = (end === -1 ? rest : rest.slice(0, end)).split('/', MAX_SEGMENTS)
  return segments.slice(2).filter((segment) => segment !== '' && segment.length <= MAX_ID_CHARS)
}

/** As much of an answer as is searched for ids: objects begin with theirs, streams name them early, lists go on. */
const MAX_SEARCHED_BYTES = 64 * 1024
/** An id, its name and the quotes are never longer, so one that is cut by the end of a piece is found in the next. */
const MAX_FIELD_CHARS = 256

/** Reads the ids in the beginning of an answer as its pieces pass by. */
export class IdSearch {
  #tail = ''
  #leftBytes = MAX_SEARCHED_BYTES

  get isOver(): boolean {
    return this.#leftBytes <= 0
  }

  /** The ids in this piece, and in what was cut before it. */
  add(chunk: Uint8Array): string[] {
    const text = this.#tail + new TextDecoder('latin1').decode(chunk.subarray(0, this.#leftBytes))
    this.#leftBytes -= chunk.length
    this.#tail = text.slice(-MAX_FIELD_CHARS)
    return idsInBody(text)
  }
}

/**
 * The values of `id`, `output_file_id` and their like. Text
 * of people's own cannot pose as one: inside a JSON string its quotes are escaped.
 */
function idsInBody(text: string): string[] {
  const ids = new Set<string>()
  const found = text.matchAll(/"(?:[a-z]{1,20}_){0,3}id"\s{0,8}:\s{0,8}"([A-Za-z0-9][\w.-]{4,127})"/g)
  for (const [, id] of found) if (id !== undefined) ids.add(id)
  return [...ids]
}

/** A long list of items. */
const MAX_WORDS = 64

/**
 * The words of a JSON body that may be ids: whole strings that look like one (they have a digit), wherever they stand. Text of people's own
 * cannot pose as one: inside a JSON string its quotes are escaped. Words that are none are simply not known.
 */
export function idsInRequest(body: string): string[] {
  const words = new Set<string>()
  for (const [, word] of body.matchAll(
    /(?<!\\)"([a-z]{2,12}[_-](?=[\w-]{0,115}\d)[A-Za-z0-9][\w-]{3,115})"(?!\s{0,8}:)/g,
  )) {
    if (word !== undefined) words.add(word)
    if (words.size === MAX_WORDS) break
  }
  return [...words]
}

/** Whether a request's body may name stored objects. */
export function mayReferToObjects(rest: string, contentType: string | undefined): boolean {
  return !STORELESS.has(familyOf(rest)) && /^\s*application\/json\b/i.test(contentType ?? '')
}

const familyOf = (rest: string) => rest.split('?', 1)[0]?.split('/', 2)[1] ?? ''

/** Families whose answers name nothing that is stored (completions only on request, and then under a busy id). */
const STORELESS = new Set([
  'audio',
  'completions',
  'embeddings',
  'images',
  'models',
  'moderations',
  'realtime',
])

/** Whether an answer is worth searching: a successful one, JSON or events, of a family that stores. */
export function mayNameObjects(rest: string, status: number, contentType: string | undefined): boolean {
  const path = rest.split('?', 1)[0] ?? ''
  if (status < 200 || status > 299 || path === '/chat/completions') return false
  if (STORELESS.has(familyOf(rest))) return false
  return /^\s*(?:application\/json|text\/event-stream)\b/i.test(contentType ?? '')
}
