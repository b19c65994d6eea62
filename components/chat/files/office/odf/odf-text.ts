import { OfficeProblem } from '../office-problem.ts'
import type { OfficePackage } from '../open-package.ts'
import { attributeOf, childrenOf, elementsIn, textOf, within, type XmlElement } from '../read-xml.ts'
import { markdownTable } from '../text-out.ts'
import { countOn, type Level, MAX_LEVELS } from '../word-numbering.ts'
import { isShape, type OdfInline, paragraphWords, pictureOf, UNSEEN } from './odf-inline.ts'
import { isHiddenSection, type OdfStyles, timesOf } from './odf-styles.ts'

/** What the readers of OpenDocument begin with. */
export interface OpenDocument {
  zip: OfficePackage
  styles: OdfStyles
  text: OdfText
}

/** The part that has the text, in each of them. */
export const CONTENT = 'content.xml'

/** A paragraph, an item of a list or a table, as Markdown. */
export interface OdfBlock {
  text: string
  /** Items of a list stand close together. */
  isItem: boolean
}

/** As many as a text document of Word; tables in texts are no sheets. */
const MAX_COLUMNS = 63
/** Of one table in a text, with what is repeated. */
const MAX_CELLS = 500_000

/** Beside its text a shape has events, its description and what is drawn in its place. */
const IN_SHAPES = new Set(['p', 'list', 'text-box', 'table'])

/** A list that is being read, at one of its levels. */
interface Place {
  levels: readonly Level[]
  counts: number[]
  level: number
}

/** Reads paragraphs, lists, tables and shapes, which are the same in texts, sheets and presentations. */
export class OdfText {
  readonly #zip: OfficePackage
  readonly #styles: OdfStyles
  /** Kinds of embedded objects by their path, which ends in `/`. */
  readonly #kinds: ReadonlyMap<string, string>
  readonly #objects = new Map<string, string>()
  readonly #headings: number[] = []
  /** What lists came to, for those that go on with them: by their id, and by their style. */
  readonly #lists = new Map<string, number[]>()
  /** Footnotes, endnotes and comments, as they were referred to. */
  readonly notes: string[] = []
  readonly #numbers = { '': 0, end: 0, comment: 0 }

  constructor(zip: OfficePackage, styles: OdfStyles, kinds: ReadonlyMap<string, string>) {
    this.#zip = zip
    this.#styles = styles
    this.#kinds = kinds
  }

  /** Everything readable in these elements, in its order. */
  async read(elements: readonly XmlElement[]): Promise<OdfBlock[]> {
    for (const element of elements) {
      for (const object of within(element, 'object')) await this.#lookInto(object)
    }
    return [...this.#blocks(elements)].filter(({ text }) => text.trim() !== '')
  }

  /** All that stands in an element, line by line; tables in it with `/` between their cells. */
  flat(element: XmlElement): string {
    const lines: string[] = []
    for (const child of childrenOf(element)) {
      if (child.name === 'table') {
        for (const row of within(child, 'table-row')) {
          lines.push(
            cellsOf(row)
              .map((cell) => this.flat(cell).replaceAll('\n', ' '))
              .join(' / '),
          )
        }
      } else for (const { text } of this.#blocks([child])) lines.push(text.replace(/^#+ /, ''))
    }
    return lines.filter((line) => line.trim() !== '').join('\n')
  }

  *#blocks(elements: readonly XmlElement[]): Generator<OdfBlock> {
    for (const element of elements) {
      const { name } = element
      if (UNSEEN.has(name) || isHiddenSection(element)) continue
      if (name === 'p' || name === 'h') yield* this.#paragraph(element)
      else if (name === 'list') yield* this.#list(element)
      else if (name === 'table') yield* this.#table(element)
      else if (isShape(element)) yield* this.#shape(element)
      else yield* this.#blocks(childrenOf(element))
    }
  }

  /** `label` is that of the item which the paragraph begins; null in the middle of one. */
  *#paragraph(element: XmlElement, label: string | null = '', level = 0): Generator<OdfBlock> {
    const boxes: XmlElement[] = []
    const style = attributeOf(element, 'style-name')
    const words = this.#styles.isHidden('paragraph', style)
      ? ''
      : paragraphWords(element, this.#inline(boxes))
    const heading = this.#headingOf(element)
    // An empty heading or item is not taken, but it counts.
    const number = heading !== undefined && !label ? this.#headingNumber(element, heading) : label
    if (words.trim() !== '') yield blockOf(words, heading, number, level)
    for (const box of boxes) yield* this.#shape(box)
  }

  #inline(boxes: XmlElement[]): OdfInline {
    return { styles: this.#styles, objects: this.#objects, markOf: this.#markOf, boxes }
  }

  #headingOf(element: XmlElement): number | undefined {
    if (element.name === 'h') return Math.max(1, Number(attributeOf(element, 'outline-level')) || 1)
    return this.#styles.isTitle(attributeOf(element, 'style-name')) ? 1 : undefined
  }

  #headingNumber(element: XmlElement, heading: number): string {
    if (element.name !== 'h' || attributeOf(element, 'is-list-header') === 'true') return ''
    if (this.#styles.isUnnumbered(attributeOf(element, 'style-name'))) return ''
    const level = Math.min(MAX_LEVELS, heading) - 1
    if ((this.#styles.outline[level]?.format ?? 'none') === 'none') return ''
    startAgain(element, this.#headings, level)
    return writtenNumber(element) ?? countOn(this.#styles.outline, this.#headings, level)
  }

  *#list(list: XmlElement, outer?: Place): Generator<OdfBlock> {
    const style = attributeOf(list, 'style-name')
    const place = outer ? { ...outer, level: outer.level + 1 } : this.#begin(list, style)
    const levels = this.#styles.listOf(style) ?? place.levels
    const level = Math.min(MAX_LEVELS - 1, place.level)
    for (const item of childrenOf(list)) {
      let label: string | null = null
      const [first] = childrenOf(item).filter(({ name }) => name !== 'number')
      // An item that only holds a deeper list has no number of its own.
      if (item.name === 'list-item' && first && first.name !== 'list') {
        startAgain(item, place.counts, level)
        const counted = countOn(levels, place.counts, level)
        // A list of a style that is not known looks like one with bullets.
        label = writtenNumber(item) ?? (levels[level] ? counted : '-')
      } else if (item.name === 'list-header') label = ''
      for (const child of childrenOf(item)) {
        if (child.name === 'list') yield* this.#list(child, { ...place, levels })
        else if (child.name === 'p' || child.name === 'h') {
          yield* this.#paragraph(child, label, level)
          label = null
        } else yield* this.#blocks([child])
      }
    }
  }

  /** A list counts from its start, unless it goes on with one before it. */
  #begin(list: XmlElement, style = ''): Place {
    const earlier = attributeOf(list, 'continue-list')
    const goesOn = attributeOf(list, 'continue-numbering') === 'true'
    const key = `style:${style}`
    const known = earlier !== undefined ? this.#lists.get(earlier) : goesOn ? this.#lists.get(key) : undefined
    const counts = known ?? []
    const id = attributeOf(list, 'id')
    if (id !== undefined) this.#lists.set(id, counts)
    this.#lists.set(key, counts)
    return { levels: [], counts, level: 0 }
  }

  *#table(table: XmlElement): Generator<OdfBlock> {
    const rows = [...within(table, 'table-row')]
    const [only, ...others] = rows.flatMap(cellsOf)
    // A frame around text is made as a table of one cell.
    if (only && others.length === 0 && isAlone(rows[0]) && isAlone(only)) {
      yield* this.#blocks(childrenOf(only))
      return
    }
    const texts: string[][] = []
    let cells = 0
    for (const row of rows) {
      const line = this.#rowOf(row)
      const isEmpty = line.every((text) => text === '')
      const times = isEmpty ? 1 : timesOf(row, 'number-rows-repeated')
      cells += line.length * times
      if (cells > MAX_CELLS) throw new OfficeProblem('unfolds')
      for (let more = 0; more < times; more++) texts.push(line)
    }
    yield { text: markdownTable(texts), isItem: false }
  }

  /** What spans columns or rows stands in the first of them, and the others are empty. */
  #rowOf(row: XmlElement): string[] {
    const texts: string[] = []
    for (const cell of cellsOf(row)) {
      const text = cell.name === 'table-cell' ? this.flat(cell) : ''
      const times = Math.min(timesOf(cell, 'number-columns-repeated'), MAX_COLUMNS - texts.length)
      for (let more = 0; more < times; more++) texts.push(text)
    }
    return texts
  }

  /** A shape, a box or a group: its text, or what stands for its picture. */
  *#shape(shape: XmlElement): Generator<OdfBlock> {
    const picture = pictureOf(shape, this.#objects)
    const inner = childrenOf(shape).filter((child) => IN_SHAPES.has(child.name) || isShape(child))
    const hasText = inner.some(({ name }) => name === 'text-box' || name === 'table')
    if (picture !== '' && !hasText) yield { text: picture, isItem: false }
    else yield* this.#blocks(inner)
  }

  readonly #markOf = (note: XmlElement): string => {
    const kind =
      note.name === 'annotation' ? 'comment' : attributeOf(note, 'note-class') === 'endnote' ? 'end' : ''
    const mark = `[^${kind}${++this.#numbers[kind]}]`
    const [creator] = childrenOf(note, 'creator')
    const author = kind === 'comment' && creator ? `${textOf(creator).trim()}: ` : ''
    // Its place first: a note may have one itself.
    const at = this.notes.push('') - 1
    const said = childrenOf(note).filter(({ name }) => ['note-body', 'p', 'list'].includes(name))
    const text = this.flat({ ...note, children: said }).replace(/\s*\n\s*/g, ' ')
    this.notes[at] = `${mark}: ${author}${text}`
    return mark
  }

  /** Of an embedded formula the text from which it was set, of anything else what it is. */
  async #lookInto(object: XmlElement): Promise<void> {
    const address = attributeOf(object, 'href') ?? ''
    if (this.#objects.has(address)) return
    const path = address.replace(/^\.\//, '')
    const kind = this.#kinds.get(`${path}/`) ?? ''
    this.#objects.set(address, /chart/.test(kind) ? '[chart]' : '[object]')
    if (!/formula/.test(kind)) return
    for await (const source of elementsIn(this.#zip.read(`${path}/content.xml`), ['annotation'])) {
      const text = textOf(source).replace(/\s+/g, ' ').trim()
      if (text !== '') this.#objects.set(address, text)
    }
  }
}

function blockOf(words: string, heading: number | undefined, label: string | null, level: number): OdfBlock {
  if (heading !== undefined) {
    const title = words.replace(/\s+/g, ' ').trim()
    const shown = !label || label === '-' ? title : `${label} ${title}`
    return { text: `${'#'.repeat(Math.min(6, heading))} ${shown}`, isItem: false }
  }
  if (label === '') return { text: words, isItem: false }
  const indent = '   '.repeat(level)
  const lines = words.trim().replaceAll('\n', `\n${indent}  `)
  return { text: `${indent}${label === null ? ' ' : label} ${lines}`, isItem: true }
}

const isAlone = (element: XmlElement | undefined) =>
  element !== undefined &&
  timesOf(element, 'number-rows-repeated') * timesOf(element, 'number-columns-repeated') === 1

const cellsOf = (row: XmlElement) =>
  childrenOf(row).filter(({ name }) => name === 'table-cell' || name === 'covered-table-cell')

/** Some programs write the number that is shown beside what it follows from. */
function writtenNumber(element: XmlElement): string | undefined {
  const [number] = childrenOf(element, 'number')
  return number && textOf(number).trim()
}

/** Where an item or a heading says itself with which number it begins. */
function startAgain(element: XmlElement, counts: number[], level: number): void {
  const start = attributeOf(element, 'start-value')
  if (start !== undefined) counts[level] = (Number(start) || 0) - 1
  else if (attributeOf(element, 'restart-numbering') === 'true') counts[level] = 0
}
