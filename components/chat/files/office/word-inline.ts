import {
  attributeOf,
  childOf,
  childrenOf,
  prefixedOf,
  textOf,
  within,
  type XmlElement,
  type XmlNode,
} from './read-xml.ts'
import type { Relation } from './relations.ts'

/** What the words of a paragraph need to know, and what they leave behind. */
export interface InlineContext {
  relations: ReadonlyMap<string, Relation>
  /** The mark of a note in the text, which then stands at the end of the document. */
  markOf(kind: NoteKind, id: string): string
  /** Boxes of text that hang at the paragraph; they come after it. */
  boxes: XmlElement[]
}
export type NoteKind = 'footnote' | 'endnote' | 'comment'

/** Properties, codes of fields, and what was deleted or moved away while changes were being recorded. */
const UNSEEN = new Set([
  'pPr',
  'rPr',
  'sdtPr',
  'instrText',
  'delText',
  'delInstrText',
  'del',
  'moveFrom',
  'rt',
])

/** The words of a paragraph or of anything in it, without their look. */
export function inlineText(nodes: readonly XmlNode[], context: InlineContext): string {
  return nodes.map((node) => (typeof node === 'string' ? '' : wordsOf(node, context))).join('')
}

function wordsOf(element: XmlElement, context: InlineContext): string {
  const { name, children } = element
  const inner = () => inlineText(children, context)
  if (UNSEEN.has(name)) return ''
  const write = WRITERS[name]
  return write ? write(element, context, inner) : inner()
}

type Writer = (element: XmlElement, context: InlineContext, inner: () => string) => string

const note =
  (kind: NoteKind): Writer =>
  (element, { markOf }) =>
    markOf(kind, attributeOf(element, 'id') ?? '')

const WRITERS: Record<string, Writer> = {
  r: (run, _, inner) => (isHidden(run) ? '' : inner()),
  t: (element) => textOf(element),
  tab: () => '\t',
  ptab: () => '\t',
  // A page ends where a printer ends it.
  br: (element) => (['page', 'column'].includes(attributeOf(element, 'type') ?? '') ? '' : '\n'),
  cr: () => '\n',
  noBreakHyphen: () => '-',
  sym: symbolOf,
  hyperlink: linkOf,
  footnoteReference: note('footnote'),
  endnoteReference: note('endnote'),
  commentReference: note('comment'),
  drawing: pictureOf,
  pict: pictureOf,
  object: pictureOf,
  // Formulas, in one line.
  f: (element, context) => `(${part(element, 'num', context)})/(${part(element, 'den', context)})`,
  sSup: (element, context) => `${part(element, 'e', context)}^(${part(element, 'sup', context)})`,
  sSub: (element, context) => `${part(element, 'e', context)}_(${part(element, 'sub', context)})`,
  rad: (element, context) => `√(${part(element, 'e', context)})`,
}

const part = (element: XmlElement, name: string, context: InlineContext) =>
  inlineText(childOf(element, name)?.children ?? [], context)

/** What a reader of the document does not see is not taken either. */
function isHidden(run: XmlElement): boolean {
  const vanish = childOf(run, 'rPr', 'vanish')
  return vanish !== undefined && !['0', 'false', 'off'].includes(attributeOf(vanish, 'val') ?? '')
}

/** Boxes that are ticked or not are signs of a font of pictures. */
const WINGDINGS: Record<string, string> = {
  f0fe: '☑',
  f052: '☑',
  f0fd: '☒',
  f0a8: '☐',
  f06f: '☐',
  f0a3: '☐',
  f0fc: '✓',
  f0fb: '✗',
  f0e0: '→',
  f0d8: '➢',
}

function symbolOf(element: XmlElement): string {
  const code = (attributeOf(element, 'char') ?? '').toLowerCase()
  const value = Number.parseInt(code, 16)
  if (WINGDINGS[code] !== undefined) return WINGDINGS[code]
  // Those from E000 to F8FF mean something in their font alone.
  return Number.isNaN(value) || value > 0xffff || (value >= 0xd800 && value <= 0xf8ff)
    ? ''
    : String.fromCharCode(value)
}

function linkOf(element: XmlElement, { relations }: InlineContext, inner: () => string): string {
  const text = inner()
  const relation = relations.get(prefixedOf(element, 'id') ?? '')
  if (!relation?.isElsewhere || text.trim() === '' || text === relation.target) return text
  return `[${text}](${relation.target})`
}

/** A picture leaves its place and what its author said of it; the text in a box comes after the paragraph. */
function pictureOf(element: XmlElement, { boxes }: InlineContext): string {
  const found = [...within(element, 'txbxContent')]
  boxes.push(...found)
  if (found.length > 0) return ''
  const [about] = within(element, 'docPr')
  const words = (attributeOf(about, 'descr') ?? attributeOf(about, 'title') ?? '').replace(/\s+/g, ' ').trim()
  const sort = pictureSort(element)
  return sort === '' ? '' : `[${sort}${words && `: ${words}`}]`
}

function pictureSort(element: XmlElement): string {
  if (hasAny(element, 'chart')) return 'chart'
  if (hasAny(element, 'relIds')) return 'diagram'
  if (hasAny(element, 'blip') || hasAny(element, 'imagedata')) return 'image'
  return element.name === 'object' ? 'object' : ''
}

const hasAny = (element: XmlElement, name: string): boolean =>
  childrenOf(element).some((child) => child.name === name || hasAny(child, name))
