import { attributeOf, childrenOf, type XmlElement } from '../read-xml.ts'
import { type Level, MAX_LEVELS } from '../word-numbering.ts'

/** Names of styles are unique within their family. */
export type StyleFamily = 'paragraph' | 'text' | 'table' | 'drawing-page'

interface Style {
  parent: string | undefined
  /** Undefined where the style says nothing of it. */
  isHidden: boolean | undefined
  /** Of a paragraph, the style of its list; empty for none. */
  list: string | undefined
}

/** Styles that are based on one another in a circle, or as good as in one. */
const MAX_BASES = 20

/** What of the styles of a document (ODF 1.3, part 3, chapter 16) is more than a look. */
export class OdfStyles {
  /** The elements that {@link add} wants to see; they stand before the text. */
  static readonly elements = ['style', 'list-style', 'outline-style'] as const

  readonly #styles = new Map<string, Style>()
  readonly #lists = new Map<string, readonly Level[]>()
  /** How headings are numbered. */
  outline: readonly Level[] = []

  /** Takes a style; false for an element that is none. */
  add(element: XmlElement): boolean {
    const name = attributeOf(element, 'name') ?? ''
    if (element.name === 'style') {
      this.#styles.set(`${attributeOf(element, 'family')}:${name}`, {
        parent: attributeOf(element, 'parent-style-name'),
        isHidden: hiddenBy(element),
        list: attributeOf(element, 'list-style-name'),
      })
    } else if (element.name === 'list-style') this.#lists.set(name, levelsOf(element))
    else if (element.name === 'outline-style') this.outline = levelsOf(element)
    else return false
    return true
  }

  isHidden(family: StyleFamily, name: string | undefined): boolean {
    for (const { isHidden } of this.#basesOf(family, name)) if (isHidden !== undefined) return isHidden
    return false
  }

  /** The title of the document, in every language of the program. */
  isTitle(name: string | undefined): boolean {
    return name === 'Title' || [...this.#basesOf('paragraph', name)].some(({ parent }) => parent === 'Title')
  }

  /** Whether a heading of this style was taken out of the numbering. */
  isUnnumbered(name: string | undefined): boolean {
    for (const { list } of this.#basesOf('paragraph', name)) if (list !== undefined) return list === ''
    return false
  }

  listOf(name: string | undefined): readonly Level[] | undefined {
    return name === undefined ? undefined : this.#lists.get(name)
  }

  *#basesOf(family: StyleFamily, name: string | undefined): Generator<Style> {
    let at = name
    for (let bases = 0; at !== undefined && bases < MAX_BASES; bases++) {
      const style = this.#styles.get(`${family}:${at}`)
      if (!style) return
      yield style
      at = style.parent
    }
  }
}

function hiddenBy(style: XmlElement): boolean | undefined {
  for (const properties of childrenOf(style)) {
    const display = attributeOf(properties, 'display')
    if (properties.name === 'text-properties' && display !== undefined) return display === 'none'
    if (properties.name === 'table-properties' && display !== undefined) return display === 'false'
    const visibility = attributeOf(properties, 'visibility')
    if (properties.name === 'drawing-page-properties' && visibility !== undefined)
      return visibility === 'hidden'
  }
  return undefined
}

function levelsOf(style: XmlElement): Level[] {
  const levels: Level[] = []
  for (const element of childrenOf(style)) {
    const at = Number(attributeOf(element, 'level')) - 1
    if (at >= 0 && at < MAX_LEVELS) levels[at] = levelOf(element, at)
  }
  return levels
}

/** By the first of the numbers that a format shows: `1`, `一, 二, 三, ...`. */
const FORMATS: Record<string, string> = {
  '1': 'decimal',
  '0': 'decimalZero',
  a: 'lowerLetter',
  A: 'upperLetter',
  i: 'lowerRoman',
  I: 'upperRoman',
  '１': 'decimalFullWidth',
  一: 'chineseCounting',
  壹: 'chineseLegalSimplified',
  '①': 'decimalEnclosedCircle',
  甲: 'ideographTraditional',
  子: 'ideographZodiac',
}

function levelOf(element: XmlElement, at: number): Level {
  const number = attributeOf(element, 'num-format') ?? ''
  const isNumber = element.name === 'list-level-style-number' || element.name === 'outline-level-style'
  return {
    format: isNumber ? (number === '' ? 'none' : (FORMATS[number[0] ?? ''] ?? 'decimal')) : 'bullet',
    text: templateOf(element, at),
    start: Number(attributeOf(element, 'start-value') ?? 1) || 0,
    isLegal: attributeOf(element, 'is-legal') === 'true',
  }
}

/** `%1.%2` with what stands around it. */
function templateOf(element: XmlElement, at: number): string {
  // What LibreOffice writes since 7.1 beside what the standard knows, with any text between the numbers.
  const own = attributeOf(element, 'num-list-format')
  if (own !== undefined) return own.replace(/%(\d+)%/g, '%$1').trim()
  const shown = Math.min(at + 1, Math.max(1, Number(attributeOf(element, 'display-levels')) || 1))
  const numbers = Array.from({ length: shown }, (_, place) => `%${at + 2 - shown + place}`)
  const around = (name: string) => attributeOf(element, name) ?? ''
  return `${around('num-prefix')}${numbers.join('.')}${around('num-suffix')}`.trim()
}

/** How often a cell or a row stands beside itself; a document may claim anything. */
export function timesOf(element: XmlElement, attribute: 'number-columns-repeated' | 'number-rows-repeated') {
  const times = Number(attributeOf(element, attribute) ?? 1)
  return times > 1 ? Math.floor(times) : 1
}

/** Whether a section is hidden: always, or because its condition came to that. */
export function isHiddenSection(element: XmlElement): boolean {
  if (element.name !== 'section') return false
  const display = attributeOf(element, 'display')
  return display === 'none' || (display === 'condition' && attributeOf(element, 'is-hidden') === 'true')
}

/** The styles that all of a document shares. */
export const SHARED_STYLES = 'styles.xml'
