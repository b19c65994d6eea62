/**
 * Mathematics as models write it, spelled as the Markdown parser reads it: `$$…$$` within a line, or on lines of its own; between
 * three dollars what is a display and yet within a line.
 * Dollars follow Pandoc's rules (manual, "Math"): the opening one has no space on its right, the closing one none on its
 * left and no digit on its right, so that "$5 and $10" stays money. `\(…\)` and `\[…\]` are LaTeX's own. Code is left
 * alone, and so is whatever never closes; between one dollar there is no more than a paragraph, or a cell of a table.
 */
export function spellMath(text: string): { text: string; hasMath: boolean } {
  if (!MAY_HAVE_MATH.test(text)) return { text, hasMath: false }
  const speller = new Speller(text)
  return { text: speller.run(), hasMath: speller.hasMath }
}

/** What the end of a growing text lies within. */
export interface OpenEnd {
  isInFence: boolean
  /** The backticks that opened a span of code. */
  code: string | undefined
  /** Where a formula began. */
  mathAt: number | undefined
}

export function openEndOf(text: string): OpenEnd {
  const speller = new Speller(text)
  speller.run()
  const { isInFence, openCode: code, openAt: mathAt, openCodeAt } = speller
  // What looks like a formula behind it is code.
  return { isInFence, code, mathAt: mathAt !== undefined && mathAt > openCodeAt ? undefined : mathAt }
}

const MAY_HAVE_MATH = /\$|\\[([]/

const FENCE = /^(?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t])*(`{3,}(?=[^`\n]*$)|~{3,})/
/** What a line may begin with before its text: the prefix that the lines of a display have to repeat. */
const LINE_PREFIX = /^(?:[ \t]|>)*/

const PLAIN = /[^`\\$\n]+/y

/** The end of a paragraph: an empty line, or one that begins something else. */
const PARAGRAPH_END = /\n(?=[ \t>]*(?:\n|[-*+][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t]|\||`{3}|~{3}))/g
const ROW = /^[ \t>]*\|/
/** What only a display may be, however it was written. */
const DISPLAYED = /^\s*\\begin\{(?:align|alignat|equation|gather|multline)\*?\}/

/** Between one dollar, which may be money, so much is waited for while a text grows. */
const MAX_OPEN_CHARS = 60

/** A formula between one dollar, and its closing one; without that as much as could be of one. */
const IN_PARAGRAPH = /^\$(?![\s$])((?:\\[^\n]|[^$\\`])*?)(?:(?<![\s\\])(\$)(?!\d)|$)/
const IN_CELL = /^\$(?![\s$])((?:\\[^\n]|[^$\\`|])*?)(?:(?<![\s\\])(\$)(?!\d)|$)/

/** Longer ones stay as they were written: setting them would hang the page. */
const MAX_FORMULA_CHARS = 4_000

class Speller {
  hasMath = false
  /** Where a formula begins that the text ends within. */
  openAt: number | undefined
  /** What opened code that the text ends within. */
  openCode: string | undefined
  openCodeAt = Number.POSITIVE_INFINITY
  isInFence = false
  readonly #text: string
  #at = 0
  /** What is spelled, but for its last line: to look into a string that grows is to copy it. */
  #out = ''
  #lastLine = ''
  #isLineStart = true
  #isInRow = false
  #paragraphEnd = 0

  constructor(text: string) {
    this.#text = text
  }

  run(): string {
    while (this.#at < this.#text.length) {
      if (this.#isLineStart) {
        const line = this.#line(this.#at)
        if (this.#takeFence(line)) continue
        this.#isInRow = ROW.test(line)
        this.#isLineStart = false
      }
      this.#takeNext()
    }
    return this.#out + this.#lastLine
  }

  #takeNext(): void {
    const char = this.#text[this.#at] ?? ''
    if (char === '`') this.#takeCode()
    else if (char === '\\') this.#takeBackslash()
    else if (char === '$') this.#takeDollar()
    else if (char === '\n') {
      this.#copy(1)
      this.#isLineStart = true
    } else this.#takePlain()
  }

  #copy(length: number): void {
    this.#put(this.#text.slice(this.#at, this.#at + length))
    this.#at += length
  }

  #put(text: string): void {
    const end = text.lastIndexOf('\n') + 1
    if (end > 0) {
      this.#out += this.#lastLine + text.slice(0, end)
      this.#lastLine = ''
    }
    this.#lastLine += text.slice(end)
  }

  /** Nearly all of a text: to the end of the line, or the next character that may mean something. */
  #takePlain(): void {
    PLAIN.lastIndex = this.#at
    this.#copy(PLAIN.exec(this.#text)?.[0].length ?? 1)
  }

  /** A fenced block goes over as it is, to its closing fence or the end. */
  #takeFence(line: string): boolean {
    const fence = FENCE.exec(line)?.[1]
    if (fence === undefined) return false
    const closing = new RegExp(`^[ \\t>]*${fence[0]}{${fence.length},}[ \\t]*$`)
    let end = this.#at + line.length + 1
    this.isInFence = true
    while (end <= this.#text.length) {
      const next = this.#line(end)
      end += next.length + 1
      if (!closing.test(next)) continue
      this.isInFence = false
      break
    }
    this.#copy(Math.min(end, this.#text.length) - this.#at)
    return true
  }

  /** A code span goes over as it is; a run of backticks that never closes is text. */
  #takeCode(): void {
    const run = /^`+/.exec(this.#text.slice(this.#at))?.[0] ?? ''
    const rest = this.#text.slice(this.#at + run.length, this.#end())
    const close = new RegExp(`(?<!\`)\`{${run.length}}(?!\`)`).exec(rest)
    if (!close && this.openCode === undefined && this.#at + run.length + rest.length === this.#text.length) {
      this.openCode = run
      this.openCodeAt = this.#at
    }
    this.#copy(close ? run.length + close.index + run.length : run.length)
  }

  #takeBackslash(): void {
    const next = this.#text[this.#at + 1]
    if (next === undefined) this.openAt ??= this.#at
    if (next === '(' && this.#takeMath('\\(', '\\)', false)) return
    if (next === '[' && this.#takeMath('\\[', '\\]', true)) return
    this.#copy(2)
    // A hard break: the line ends here.
    this.#isLineStart = next === '\n'
  }

  #takeDollar(): void {
    if (this.#text[this.#at + 1] === '$') {
      if (!this.#takeMath('$$', '$$', true)) this.#copy(2)
      return
    }
    const rest = this.#text.slice(this.#at, this.#end())
    const [, body, closing] = (this.#isInRow ? IN_CELL : IN_PARAGRAPH).exec(rest) ?? []
    if (body === undefined || body === '') this.#copy(1)
    else if (closing === undefined) {
      if (this.#at + rest.length === this.#text.length && body.length <= MAX_OPEN_CHARS && !/^\d/.test(body))
        this.openAt ??= this.#at
      this.#copy(1)
    } else if (body.length > MAX_FORMULA_CHARS) this.#copy(body.length + 2)
    else this.#write(body, body.length + 2, DISPLAYED.test(body))
  }

  #takeMath(open: string, close: string, isDisplay: boolean): boolean {
    const from = this.#at + open.length
    // Looked for no farther than a formula may reach, so that a text full of openings stays cheap.
    const body = this.#text.slice(from, from + MAX_FORMULA_CHARS + close.length).split(close, 1)[0] ?? ''
    const isClosed = this.#text.startsWith(close, from + body.length)
    if (!isClosed && from + body.length >= this.#text.length && (open === '$$' || !/\n[ \t]*\n/.test(body)))
      this.openAt ??= this.#at
    // A paragraph ends at an empty line, and mathematics with it; only a display in dollars may hold one.
    if (!isClosed || body.trim() === '' || (/\n[ \t]*\n/.test(body) && open !== '$$')) return false
    this.#write(body, body.length + open.length + close.length, isDisplay)
    return true
  }

  #write(body: string, length: number, isDisplay: boolean): void {
    this.hasMath = true
    const before = this.#lastLine
    const prefix = LINE_PREFIX.exec(before)?.[0] ?? ''
    this.#at += length
    const after = this.#line(this.#at)
    const isAlone = before === prefix && after.trim() === ''
    if (!isDisplay || !(isAlone || body.includes('\n'))) {
      // One dollar is money, and its own dollars would end a formula early.
      const dollars = isDisplay ? '$$$' : '$$'
      this.#put(dollars + body.replaceAll('\n', ' ').trim() + dollars)
      return
    }
    const lines = body.replace(/^[ \t]*\n|\n[ \t>]*$/g, '')
    const content = lines.startsWith(prefix) ? lines : prefix + lines.trimStart()
    if (before !== prefix) this.#put(`\n${prefix}`)
    this.#put(`$$\n${content}\n${prefix}$$`)
    if (after.trim() !== '') this.#put(`\n${prefix}`)
  }

  /** Where what begins here has to end, if it is neither a fence nor a display. */
  #end(): number {
    if (this.#isInRow) return this.#at + this.#line(this.#at).length
    if (this.#at >= this.#paragraphEnd) {
      PARAGRAPH_END.lastIndex = this.#at
      this.#paragraphEnd = PARAGRAPH_END.exec(this.#text)?.index ?? this.#text.length
    }
    return this.#paragraphEnd
  }

  /** From here to the end of the line, without it. */
  #line(from: number): string {
    const end = this.#text.indexOf('\n', from)
    return this.#text.slice(from, end === -1 ? undefined : end)
  }
}
