import type { OfficePackage } from './open-package.ts'
import { attributeOf, childOf, childrenOf, elementsIn, within, type XmlElement } from './read-xml.ts'
import { partOfType, type Relation, relationsOf } from './relations.ts'
import { markdownTable, type TextOut } from './text-out.ts'
import { type InlineContext, inlineText, type NoteKind } from './word-inline.ts'
import { type NextLabel, readNumbering } from './word-numbering.ts'
import { type KindOf, readStyles } from './word-styles.ts'

/** Word's own limit of columns; a cell may claim to span more. */
const MAX_COLUMNS = 63

/**
 * Reads a text document (ECMA-376, WordprocessingML): headings, lists with the numbers that are shown, tables, boxes of
 * text, footnotes and comments. What was deleted while changes were recorded is left out, and so are hidden words, headers and footers.
 */
export async function readWord(zip: OfficePackage, main: string, out: TextOut): Promise<void> {
  const relations = await relationsOf(zip, main)
  const notes = new Notes()
  const word = new WordText(
    out,
    relations,
    notes,
    await readStyles(zip, partOfType(relations, 'styles')),
    await readNumbering(zip, partOfType(relations, 'numbering')),
  )
  for await (const block of elementsIn(zip.read(main), ['p', 'tbl'])) word.addBlock(block)
  for (const kind of ['footnote', 'endnote', 'comment'] as const) {
    const part = partOfType(relations, `${kind}s`)
    if (part === undefined || !notes.has(kind)) continue
    for await (const element of elementsIn(zip.read(part), [kind])) word.addNote(kind, element)
  }
}

/** Which notes the text refers to, each numbered from 1 in its kind. */
class Notes {
  readonly #marks = {
    footnote: new Map<string, string>(),
    endnote: new Map<string, string>(),
    comment: new Map<string, string>(),
  }

  readonly markOf = (kind: NoteKind, id: string): string => {
    const marks = this.#marks[kind]
    const mark = marks.get(id) ?? `[^${PREFIXES[kind]}${marks.size + 1}]`
    marks.set(id, mark)
    return mark
  }

  has(kind: NoteKind): boolean {
    return this.#marks[kind].size > 0
  }

  known(kind: NoteKind, id: string): string | undefined {
    return this.#marks[kind].get(id)
  }
}

const PREFIXES: Record<NoteKind, string> = { footnote: '', endnote: 'end', comment: 'comment' }

class WordText {
  readonly #out: TextOut
  readonly #relations: ReadonlyMap<string, Relation>
  readonly #notes: Notes
  readonly #kindOf: KindOf
  readonly #nextLabel: NextLabel
  /** Items of a list stand close together. */
  #isInList = false

  constructor(
    out: TextOut,
    relations: ReadonlyMap<string, Relation>,
    notes: Notes,
    kindOf: KindOf,
    nextLabel: NextLabel,
  ) {
    this.#out = out
    this.#relations = relations
    this.#notes = notes
    this.#kindOf = kindOf
    this.#nextLabel = nextLabel
  }

  addBlock(block: XmlElement): void {
    if (block.name === 'tbl') {
      this.#addTable(block)
      return
    }
    const { text, isItem, boxes } = this.#paragraph(block)
    if (text.trim() !== '') {
      this.#out.add(text, { follows: isItem && this.#isInList })
      this.#isInList = isItem
    }
    for (const box of boxes) for (const inner of blocksOf(box)) this.addBlock(inner)
  }

  addNote(kind: NoteKind, element: XmlElement): void {
    const mark = this.#notes.known(kind, attributeOf(element, 'id') ?? '')
    if (mark === undefined) return
    const author = kind === 'comment' ? attributeOf(element, 'author') : undefined
    const text = this.#flat(element).replace(/\s*\n\s*/g, ' ')
    this.#out.add(`${mark}: ${author ? `${author}: ` : ''}${text.trim()}`)
  }

  #paragraph(element: XmlElement): { text: string; isItem: boolean; boxes: XmlElement[] } {
    const boxes: XmlElement[] = []
    const context: InlineContext = { relations: this.#relations, markOf: this.#notes.markOf, boxes }
    const words = inlineText(element.children, context).replace(/[ \t]+$/gm, '')
    const { heading, listId, listLevel: level = 0 } = this.#kindOf(element)
    const isListed = listId !== undefined && listId !== '0'
    // An empty item is not taken, but it counts.
    const label = isListed ? this.#nextLabel(listId, level) : ''
    if (words.trim() === '') return { text: '', isItem: false, boxes }
    if (heading !== undefined) {
      const title = words.replace(/\s+/g, ' ').trim()
      const shown = label === '' || label === '-' ? title : `${label} ${title}`
      return { text: `${'#'.repeat(Math.min(6, heading))} ${shown}`, isItem: false, boxes }
    }
    if (label === '') return { text: words, isItem: false, boxes }
    const indent = '   '.repeat(level)
    return {
      text: `${indent}${label} ${words.trim().replaceAll('\n', `\n${indent}  `)}`,
      isItem: true,
      boxes,
    }
  }

  #addTable(table: XmlElement): void {
    this.#isInList = false
    const rows = [...within(table, 'tr')].filter((row) => !childOf(row, 'trPr', 'del'))
    const cells = rows.map((row) => [...within(row, 'tc')])
    const [only, ...others] = cells.flat()
    // A frame around text is made as a table of one cell.
    if (only && others.length === 0) {
      for (const block of blocksOf(only)) this.addBlock(block)
      return
    }
    this.#out.add(markdownTable(rows.map((row, at) => this.#rowOf(row, cells[at] ?? []))))
  }

  /** What spans columns or rows stands in the first of them, and the others are empty. */
  #rowOf(row: XmlElement, cells: readonly XmlElement[]): string[] {
    const before = Number(attributeOf(childOf(row, 'trPr', 'gridBefore'), 'val') ?? 0) || 0
    const texts: string[] = Array.from({ length: Math.min(before, MAX_COLUMNS) }, () => '')
    for (const cell of cells) {
      const merge = childOf(cell, 'tcPr', 'vMerge')
      const isContinued = merge !== undefined && attributeOf(merge, 'val') !== 'restart'
      texts.push(isContinued ? '' : this.#flat(cell))
      const span = Number(attributeOf(childOf(cell, 'tcPr', 'gridSpan'), 'val') ?? 1) || 1
      for (let more = 1; more < Math.min(span, MAX_COLUMNS); more++) texts.push('')
    }
    return texts.slice(0, MAX_COLUMNS)
  }

  /** All that stands in a cell or a note, line by line; tables in it with `/` between their cells. */
  #flat(element: XmlElement): string {
    const lines: string[] = []
    for (const block of blocksOf(element)) {
      if (block.name === 'tbl') {
        for (const row of within(block, 'tr')) {
          lines.push([...within(row, 'tc')].map((cell) => this.#flat(cell).replaceAll('\n', ' ')).join(' / '))
        }
        continue
      }
      const { text, boxes } = this.#paragraph(block)
      lines.push(text.replace(/^#+ /, ''), ...boxes.map((box) => this.#flat(box)))
    }
    return lines.filter((line) => line.trim() !== '').join('\n')
  }
}

/** Paragraphs and tables, also those in controls and in what was inserted. */
function* blocksOf(element: XmlElement): Generator<XmlElement> {
  for (const child of childrenOf(element)) {
    if (child.name === 'p' || child.name === 'tbl') yield child
    else yield* blocksOf(child)
  }
}
