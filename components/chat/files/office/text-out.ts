import { OfficeProblem } from './office-problem.ts'

/** What no text has, and the site takes for a sign that a file is none; Excel can write them in its own way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u0008\u000b-\u000d\u000e-\u001f\u007f]/g

/** Where the text of a document is put together. Throws {@link OfficeProblem} `longText` as soon as it is too much. */
export class TextOut {
  readonly #pieces: string[] = []
  readonly #maxBytes: number
  #chars = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** How many characters may still come, at most. */
  get room(): number {
    return this.#maxBytes - this.#chars
  }

  /**
   * A block, with an empty line before it, or at the next line when it `follows` the one before, so many `times` in
   * lines of their own; nothing if it is empty.
   */
  add(text: string, { follows = false, times = 1 } = {}): void {
    const block = text.replace(CONTROL, '').replace(/^\n+|\s+$/g, '')
    if (block.trim() === '') return
    this.#put((this.#pieces.length === 0 ? '' : follows ? '\n' : '\n\n') + block)
    if (times > 1) this.#put(`\n${block}`, times - 1)
  }

  /** All of it; empty when there was nothing. */
  end(): string {
    if (this.#pieces.length === 0) return ''
    this.#put('\n')
    const text = this.#pieces.join('')
    if (new TextEncoder().encode(text).length > this.#maxBytes) throw new OfficeProblem('longText')
    return text
  }

  #put(piece: string, times = 1): void {
    this.#chars += piece.length * times
    // Each of them is a byte at least; the bytes are counted at the end.
    if (this.#chars > this.#maxBytes) throw new OfficeProblem('longText')
    this.#pieces.push(piece.repeat(times))
  }
}

/** What stands for a picture, with what its author said of it. */
export function imageText(description: string): string {
  const words = description.replace(/\s+/g, ' ').trim()
  return `[image${words && `: ${words}`}]`
}

/** A table in Markdown, its first row as the head and all rows equally long; nothing when no cell has any text. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const width = rows.reduce((most, { length }) => Math.max(most, length), 0)
  const [head, ...body] = rows.map((row) => rowOf(Array.from({ length: width }, (_, at) => row[at] ?? '')))
  if (head === undefined || rows.every((row) => row.every((cell) => cell.trim() === ''))) return ''
  return [head, `|${' --- |'.repeat(width)}`, ...body].join('\n')
}

const rowOf = (cells: readonly string[]) => `| ${cells.map(cellOf).join(' | ')} |`

const cellOf = (text: string) => text.trim().replaceAll('|', '\\|').replace(/\n+/g, '<br>')
