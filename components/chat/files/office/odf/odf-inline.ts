import { attributeOf, childrenOf, textOf, type XmlElement, type XmlNode } from '../read-xml.ts'
import { imageText } from '../text-out.ts'
import type { OdfStyles } from './odf-styles.ts'

/** What the words of a paragraph need to know, and what they leave behind. */
export interface OdfInline {
  styles: OdfStyles
  /** What stands for an embedded object, by its address: a formula, `[chart]`. */
  objects: ReadonlyMap<string, string>
  /** The mark of a note in the text, which then stands at the end of the document. */
  markOf(note: XmlElement): string
  /** Shapes with text that hang at the paragraph; they come after it. */
  boxes: XmlElement[]
}

/** What no reader sees: deleted words, how ruby is read, what programs and forms need. */
export const UNSEEN: ReadonlySet<string> = new Set([
  'tracked-changes',
  'dde-links',
  'forms',
  'script',
  'ruby-text',
  'note-citation',
])

/** Shapes of drawings other than frames; their text is made of paragraphs and lists. */
const SHAPES: ReadonlySet<string> = new Set(
  'custom-shape rect ellipse circle caption connector line polyline polygon regular-polygon path measure g'.split(
    ' ',
  ),
)

export const isShape = ({ name }: XmlElement) => name === 'frame' || SHAPES.has(name)

// Spaces, tabs and breaks are elements here, and what XML has of them is only layout. No XML has these signs.
const SPACE = '\u0001'
const TAB = '\u0002'
const BREAK = '\u0003'
/** More spaces in one place are a program's mistake. */
const MAX_SPACES = 1_000

/** The words of a paragraph, without their look. */
export function paragraphWords(paragraph: XmlElement, context: OdfInline): string {
  return wordsIn(paragraph.children, context)
    .replace(/[ \t\r\n]+/g, ' ')
    .trim()
    .replaceAll(SPACE, ' ')
    .replaceAll(TAB, '\t')
    .replaceAll(BREAK, '\n')
    .replace(/[ \t]+$/gm, '')
}

const wordsIn = (nodes: readonly XmlNode[], context: OdfInline): string =>
  nodes.map((node) => (typeof node === 'string' ? node : wordsOf(node, context))).join('')

function wordsOf(element: XmlElement, context: OdfInline): string {
  const { name, children } = element
  // A number that is shown stands before the words, where its list or heading puts it.
  if (UNSEEN.has(name) || name === 'number') return ''
  if (name === 's') return SPACE.repeat(Math.min(MAX_SPACES, Number(attributeOf(element, 'c') ?? 1) || 1))
  if (name === 'tab') return TAB
  if (name === 'line-break') return BREAK
  if (name === 'note' || name === 'annotation') return context.markOf(element)
  if (name === 'frame') return frameWords(element, context)
  if (SHAPES.has(name)) {
    context.boxes.push(element)
    return ''
  }
  if (name === 'span' && context.styles.isHidden('text', attributeOf(element, 'style-name'))) return ''
  const words = wordsIn(children, context)
  return name === 'a' ? linkTo(attributeOf(element, 'href') ?? '', words) : words
}

function linkTo(target: string, words: string): string {
  const text = words.trim()
  const isElsewhere = /^(https?|mailto|ftp):/i.test(target)
  return !isElsewhere || text === '' || text === target ? words : `[${text}](${target})`
}

/** A frame is a box of text or a table, which come after the paragraph, or what stands for a picture. */
function frameWords(frame: XmlElement, context: OdfInline): string {
  if (childrenOf(frame).some(({ name }) => name === 'text-box' || name === 'table')) {
    context.boxes.push(frame)
    return ''
  }
  return pictureOf(frame, context.objects)
}

/** `[image: what its author said of it]`, a formula, `[chart]`; empty for a frame that holds none of them. */
export function pictureOf(frame: XmlElement, objects: ReadonlyMap<string, string>): string {
  for (const child of childrenOf(frame)) {
    if (child.name === 'object' || child.name === 'object-ole') {
      return objects.get(attributeOf(child, 'href') ?? '') ?? '[object]'
    }
    if (child.name !== 'image') continue
    const about = (name: string) => textOf(childrenOf(frame, name)[0] ?? '')
    return imageText(about('desc') || about('title'))
  }
  return ''
}
