/** A message of HTTP/1.1 that has come to its end. */
export interface Message {
  /** Start line and headers as they came, without the empty line. */
  head: string
  /** Of the content, without the framing of chunks. */
  bodyBytes: number
  /** Its sender closes the connection now. */
  closes: boolean
}

interface Framing {
  length: number
  chunked: boolean
  closes: boolean
}

type State = 'head' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers'

const MAX_LINE_CHARS = 64 * 1024

/**
 * Finds where messages begin and end in the bytes of one connection, and no more: cheap enough that whoever measures
 * with it is not what is measured. One whose head names neither a length nor chunks has no content. `push` throws an
 * Error for what is not HTTP.
 */
export class MessageReader {
  readonly #onMessage: (message: Message) => void
  readonly #onContent: ((piece: Buffer) => void) | undefined
  #state: State = 'head'
  /** The beginning of a head or line whose end has not come. Latin-1: a character is a byte. */
  #pending = ''
  #head = ''
  #framing: Framing = { length: 0, chunked: false, closes: false }
  #bodyBytes = 0
  #missingBytes = 0

  constructor(onMessage: (message: Message) => void, onContent?: (piece: Buffer) => void) {
    this.#onMessage = onMessage
    this.#onContent = onContent
  }

  /** Nothing of a message has come that has not ended. */
  get isBetween(): boolean {
    return this.#state === 'head' && this.#pending === ''
  }

  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) at = this.#step(chunk, at)
  }

  #step(chunk: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#line(chunk, at, '\r\n\r\n', (head) => this.#begin(head))
      case 'chunk-size':
        return this.#line(chunk, at, '\r\n', (size) => this.#beginChunk(size))
      case 'chunk-end':
        return this.#line(chunk, at, '\r\n', () => this.#become('chunk-size'))
      case 'trailers':
        return this.#line(chunk, at, '\r\n', (trailer) => trailer === '' && this.#end())
      default:
        return this.#content(chunk, at)
    }
  }

  #line(chunk: Buffer, at: number, mark: string, take: (line: string) => void): number {
    const end = this.#pending === '' ? chunk.indexOf(mark, at, 'latin1') : -1
    if (end !== -1) {
      take(chunk.toString('latin1', at, end))
      return end + mark.length
    }
    const known = this.#pending.length
    const text = this.#pending + chunk.toString('latin1', at)
    const found = text.indexOf(mark, Math.max(0, known - mark.length))
    if (found === -1) {
      if (text.length > MAX_LINE_CHARS) throw new Error('a head or line has no end')
      this.#pending = text
      return chunk.length
    }
    this.#pending = ''
    take(text.slice(0, found))
    return at + found + mark.length - known
  }

  #begin(head: string): void {
    // Most heads of a connection are the same, and comparing is cheaper than reading.
    if (head !== this.#head) {
      this.#framing = framingOf(head)
      this.#head = head
    }
    this.#bodyBytes = 0
    this.#missingBytes = this.#framing.length
    if (this.#framing.chunked) this.#become('chunk-size')
    else if (this.#missingBytes > 0) this.#become('length')
    else this.#end()
  }

  #beginChunk(size: string): void {
    const bytes = Number.parseInt(size, 16)
    if (!(bytes >= 0)) throw new Error(`${JSON.stringify(size.slice(0, 20))} is no size of a chunk`)
    this.#missingBytes = bytes
    this.#become(bytes === 0 ? 'trailers' : 'chunk')
  }

  #content(chunk: Buffer, at: number): number {
    const bytes = Math.min(this.#missingBytes, chunk.length - at)
    this.#onContent?.(chunk.subarray(at, at + bytes))
    this.#bodyBytes += bytes
    this.#missingBytes -= bytes
    if (this.#missingBytes === 0) {
      if (this.#state === 'chunk') this.#become('chunk-end')
      else this.#end()
    }
    return at + bytes
  }

  #end(): void {
    this.#become('head')
    this.#onMessage({ head: this.#head, bodyBytes: this.#bodyBytes, closes: this.#framing.closes })
  }

  #become(state: State): void {
    this.#state = state
  }
}

function framingOf(head: string): Framing {
  if (!/^(?:HTTP\/1\.[01] \d{3}\b|[A-Z]+ \S+ HTTP\/1\.[01]\r\n)/.test(head)) {
    throw new Error(`${JSON.stringify(head.slice(0, 40))} is no head of HTTP/1.1`)
  }
  return {
    length: Number(/\r\ncontent-length:\s*(\d+)/i.exec(head)?.[1] ?? 0),
    chunked: /\r\ntransfer-encoding:\s*chunked/i.test(head),
    closes: /\r\nconnection:\s*close/i.test(head),
  }
}

/** The status of a response's head. */
export const statusOf = (head: string) => Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
