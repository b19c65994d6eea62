import { JSONParser } from '@streamparser/json'

/** A conversation of more than this many bytes of JSON is no conversation. */
const MAX_ELEMENT_BYTES = 64_000_000

/** A file that cannot be read on. */
export class ImportStop extends Error {
  readonly fault: 'unreadable_zip' | 'unreadable_json' | 'too_large'
  constructor(fault: ImportStop['fault'], cause?: unknown) {
    super(`the import ended: ${fault}`, { cause })
    this.name = 'ImportStop'
    this.fault = fault
  }
}

/** Where conversations lie in an object: our own export, and NextChat's backup. */
const OBJECT_PATHS = ['$.conversations.*', '$.chat-next-web-store.sessions.*']

/**
 * The conversations in a file of JSON, one at a time: the elements of an array, those of the arrays that an object is
 * known to keep them in, or the object itself. Costs the memory of one. Throws {@link ImportStop}.
 */
export async function* jsonElements(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const found: unknown[] = []
  let parser: JSONParser | undefined
  let sinceElement = 0
  let count = 0
  let whole: Uint8Array[] | undefined
  for await (const chunk of bytes) {
    sinceElement += chunk.byteLength
    if (sinceElement > MAX_ELEMENT_BYTES) throw new ImportStop('too_large')
    if (!parser) {
      const isArray = firstCharacter(chunk) === '['
      whole = isArray ? undefined : []
      parser = new JSONParser({ paths: isArray ? ['$.*'] : OBJECT_PATHS, keepStack: false })
      parser.onValue = ({ value }) => void found.push(value)
    }
    if (count === 0) whole?.push(chunk)
    try {
      parser.write(chunk)
    } catch (error) {
      yield* found.splice(0)
      throw new ImportStop('unreadable_json', error)
    }
    if (found.length === 0) continue
    count += found.length
    sinceElement = 0
    whole = undefined
    yield* found.splice(0)
  }
  if (!parser?.isEnded) throw new ImportStop('unreadable_json')
  // An object without such an array may be a conversation itself.
  if (count === 0 && whole) yield JSON.parse(new TextDecoder().decode(Buffer.concat(whole)))
}

function firstCharacter(chunk: Uint8Array): string {
  // With or without a byte order mark.
  return new TextDecoder().decode(chunk.subarray(0, 1_000)).trimStart().slice(0, 1)
}
