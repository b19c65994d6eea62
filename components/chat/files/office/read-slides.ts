import type { OfficePackage } from './open-package.ts'
import {
  attributeOf,
  childOf,
  childrenOf,
  elementsIn,
  prefixedOf,
  textOf,
  within,
  type XmlElement,
} from './read-xml.ts'
import { partOfType, type Relation, relationsOf } from './relations.ts'
import { imageText, markdownTable, type TextOut } from './text-out.ts'

/** A cell may claim to span more. */
const MAX_COLUMNS = 100
const MAX_INDENT = 8
/** What stands on every slide: its number, a date, head and foot. */
const EVERYWHERE = new Set(['sldNum', 'dt', 'ftr', 'hdr'])

/**
 * Reads a presentation (ECMA-376, PresentationML): each slide with its number and title, its texts, lists, tables and diagrams
 * in their order, and what the speaker noted. Hidden slides are named and left out.
 */
export async function readSlides(zip: OfficePackage, main: string, out: TextOut): Promise<void> {
  const relations = await relationsOf(zip, main)
  const parts: string[] = []
  for await (const element of elementsIn(zip.read(main), ['sldId'])) {
    const slide = relations.get(prefixedOf(element, 'id') ?? '')
    if (slide?.type === 'slide') parts.push(slide.target)
  }
  for (const [at, part] of parts.entries()) await readSlide(zip, part, at + 1, out)
}

async function readSlide(zip: OfficePackage, part: string, number: number, out: TextOut): Promise<void> {
  const relations = await relationsOf(zip, part)
  const blocks: string[] = []
  let title = ''
  for await (const slide of elementsIn(zip.read(part), ['sld'])) {
    if (['0', 'false'].includes(attributeOf(slide, 'show') ?? '')) {
      out.add(`## ${number}\n\n(hidden, not included)`)
      return
    }
    for (const shape of shapesOf(childOf(slide, 'cSld', 'spTree'))) {
      const kind = placeOf(shape)
      if (EVERYWHERE.has(kind ?? '')) continue
      const text = await shapeText(zip, shape, relations)
      if (title === '' && (kind === 'title' || kind === 'ctrTitle')) title = text.replace(/\s+/g, ' ')
      else blocks.push(text)
    }
  }
  const notes = await notesOf(zip, partOfType(relations, 'notesSlide'))
  if (notes !== '') blocks.push(`Notes: ${notes}`)
  const found = blocks.filter((block) => block.trim() !== '')
  if (title === '' && found.length === 0) return
  out.add(`## ${number}${title && `. ${title}`}`)
  for (const block of found) out.add(block)
}

/** In the order in which they lie on one another, those of groups in their group's place. */
function* shapesOf(tree: XmlElement | undefined): Generator<XmlElement> {
  for (const child of childrenOf(tree)) {
    if (['sp', 'graphicFrame', 'pic', 'cxnSp'].includes(child.name)) yield child
    else if (['grpSp', 'AlternateContent', 'Choice'].includes(child.name)) yield* shapesOf(child)
  }
}

/** What a shape holds the place of, if it is one of the layout's: `title`, `body`. */
function placeOf(shape: XmlElement): string | undefined {
  const [place] = within(shape, 'ph')
  return place && (attributeOf(place, 'type') ?? 'body')
}

async function shapeText(
  zip: OfficePackage,
  shape: XmlElement,
  relations: ReadonlyMap<string, Relation>,
): Promise<string> {
  if (shape.name === 'pic') return pictureText(shape)
  const [table] = within(shape, 'tbl')
  if (table) return tableText(table)
  const [chart] = within(shape, 'chart')
  if (chart) return '[chart]'
  const [diagram] = within(shape, 'relIds')
  if (diagram) return await diagramText(zip, relations.get(prefixedOf(diagram, 'dm') ?? '')?.target)
  return bodyText(childOf(shape, 'txBody'), ['body', 'obj', 'subTitle'].includes(placeOf(shape) ?? ''))
}

function pictureText(shape: XmlElement): string {
  const [about] = within(shape, 'cNvPr')
  return imageText(attributeOf(about, 'descr') ?? '')
}

/** Paragraphs as lines; where the layout makes points of them, or they say so themselves, as a list. */
function bodyText(body: XmlElement | undefined, areListed = false): string {
  const lines: string[] = []
  const paragraphs = childrenOf(body, 'p').filter((paragraph) => lineOf(paragraph).trim() !== '')
  let count = 0
  for (const paragraph of paragraphs) {
    const properties = childOf(paragraph, 'pPr')
    const level = Math.min(MAX_INDENT, Math.max(0, Number(attributeOf(properties, 'lvl') ?? 0) || 0))
    const isNumbered = childOf(properties, 'buAutoNum') !== undefined
    const isPoint =
      childOf(properties, 'buNone') === undefined &&
      (childOf(properties, 'buChar') !== undefined || (areListed && paragraphs.length > 1) || level > 0)
    count = isNumbered ? count + 1 : 0
    const mark = isNumbered ? `${count}. ` : isPoint ? '- ' : ''
    lines.push(`${'   '.repeat(level)}${mark}${lineOf(paragraph)}`)
  }
  return lines.join('\n')
}

/** The words of a paragraph; what a field shows is one of them. */
const lineOf = (paragraph: XmlElement): string =>
  childrenOf(paragraph)
    .map((child) => {
      if (child.name === 'br') return ' '
      return child.name === 'r' || child.name === 'fld' ? textOf(childOf(child, 't') ?? '') : formulaOf(child)
    })
    .join('')

const formulaOf = (element: XmlElement) => [...within(element, 't')].map(textOf).join('')

function tableText(table: XmlElement): string {
  const rows = childrenOf(table, 'tr').map((row) =>
    childrenOf(row, 'tc')
      .slice(0, MAX_COLUMNS)
      .map((cell) => bodyText(childOf(cell, 'txBody'))),
  )
  return markdownTable(rows)
}

/** The points of a diagram, which lie in a part of their own. */
async function diagramText(zip: OfficePackage, part: string | undefined): Promise<string> {
  if (part === undefined) return '[diagram]'
  const points: string[] = []
  for await (const point of elementsIn(zip.read(part), ['pt'])) {
    const text = childrenOf(childOf(point, 't'), 'p').map(lineOf).join(' ').trim()
    if (text !== '') points.push(`- ${text}`)
  }
  return points.join('\n')
}

async function notesOf(zip: OfficePackage, part: string | undefined): Promise<string> {
  const texts: string[] = []
  if (part === undefined) return ''
  for await (const shape of elementsIn(zip.read(part), ['sp'])) {
    if (placeOf(shape) === 'body') texts.push(bodyText(childOf(shape, 'txBody')))
  }
  return texts.join('\n').trim()
}
