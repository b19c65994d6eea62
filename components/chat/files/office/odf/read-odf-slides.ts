import { attributeOf, childrenOf, elementsIn, type XmlElement } from '../read-xml.ts'
import type { TextOut } from '../text-out.ts'
import { isShape, UNSEEN } from './odf-inline.ts'
import { OdfStyles } from './odf-styles.ts'
import { CONTENT, type OdfText, type OpenDocument } from './odf-text.ts'

/** What stands on every slide: its number, a date, head and foot. */
const EVERYWHERE = new Set(['page-number', 'date-time', 'footer', 'header'])

/**
 * Reads a presentation of OpenDocument: each slide with its number and title, its texts, lists and tables in their order,
 * and what the speaker noted. Hidden slides are named and left out.
 */
export async function readOdfSlides({ zip, styles, text }: OpenDocument, out: TextOut): Promise<void> {
  let number = 0
  const isLeftOut = ({ name }: { name: string }) => UNSEEN.has(name)
  for await (const element of elementsIn(zip.read(CONTENT), [...OdfStyles.elements, 'page'], { isLeftOut })) {
    if (styles.add(element)) continue
    number++
    if (styles.isHidden('drawing-page', attributeOf(element, 'style-name'))) {
      out.add(`## ${number}\n\n(hidden, not included)`)
    } else await readSlide(element, number, text, out)
  }
}

async function readSlide(slide: XmlElement, number: number, text: OdfText, out: TextOut): Promise<void> {
  let title = ''
  const blocks: string[] = []
  for (const shape of childrenOf(slide).filter(isShape)) {
    const kind = attributeOf(shape, 'class') ?? ''
    if (EVERYWHERE.has(kind)) continue
    const words = await wordsOf(shape, text)
    if (title === '' && kind === 'title') title = words.replace(/\s+/g, ' ')
    else if (words !== '') blocks.push(words)
  }
  for (const notes of childrenOf(slide, 'notes')) {
    const frames = childrenOf(notes, 'frame').filter((frame) => attributeOf(frame, 'class') === 'notes')
    for (const frame of frames) {
      const words = await wordsOf(frame, text)
      if (words !== '') blocks.push(`Notes: ${words}`)
    }
  }
  if (title === '' && blocks.length === 0) return
  out.add(`## ${number}${title && `. ${title}`}`)
  for (const block of blocks) out.add(block)
}

/** The paragraphs of a shape as lines; what waits to be filled in has none. */
async function wordsOf(shape: XmlElement, text: OdfText): Promise<string> {
  if (attributeOf(shape, 'placeholder') === 'true') return ''
  return (await text.read([shape])).map((block) => block.text).join('\n')
}
