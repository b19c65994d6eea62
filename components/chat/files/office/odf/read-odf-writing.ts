import { elementsIn, type XmlElement } from '../read-xml.ts'
import type { TextOut } from '../text-out.ts'
import { UNSEEN } from './odf-inline.ts'
import { isHiddenSection, OdfStyles } from './odf-styles.ts'
import { CONTENT, type OpenDocument } from './odf-text.ts'

/**
 * Reads a text document of OpenDocument: headings and lists with the numbers that are shown, tables, boxes of text,
 * footnotes and comments. Deleted words of recorded changes, hidden words and sections, headers and footers are left out.
 */
export async function readOdfWriting({ zip, styles, text }: OpenDocument, out: TextOut): Promise<void> {
  let isInList = false
  const isLeftOut = (element: XmlElement) => UNSEEN.has(element.name) || isHiddenSection(element)
  const blocks = [...OdfStyles.elements, 'p', 'h', 'list', 'table', 'frame', 'custom-shape', 'g']
  for await (const element of elementsIn(zip.read(CONTENT), blocks, { isLeftOut })) {
    if (styles.add(element)) continue
    for (const block of await text.read([element])) {
      out.add(block.text, { follows: block.isItem && isInList })
      isInList = block.isItem
    }
  }
  for (const note of text.notes) out.add(note)
}
