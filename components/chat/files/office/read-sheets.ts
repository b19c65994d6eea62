import type { OfficePackage } from './open-package.ts'
import { attributeOf, childrenOf, elementsIn, prefixedOf, type XmlElement } from './read-xml.ts'
import { partOfType, relationsOf } from './relations.ts'
import { DAYS_1900, DAYS_1904, readValues, type TextOfCell } from './sheet-values.ts'
import type { TextOut } from './text-out.ts'

/** As many as Excel has. */
const MAX_COLUMNS = 16_384

interface Sheet {
  name: string
  part: string
  isHidden: boolean
}

/**
 * Reads a workbook (ECMA-376, SpreadsheetML): each sheet under its name, its rows as lines with a tab between cells. Formulas
 * are read as what they last came to, dates and shares as they are shown. Hidden sheets are named and left out.
 */
export async function readSheets(zip: OfficePackage, main: string, out: TextOut): Promise<void> {
  const relations = await relationsOf(zip, main)
  const sheets: Sheet[] = []
  let epochDays = DAYS_1900
  for await (const element of elementsIn(zip.read(main), ['workbookPr', 'sheet'])) {
    if (element.name === 'workbookPr') {
      if (['1', 'true'].includes(attributeOf(element, 'date1904') ?? '')) epochDays = DAYS_1904
      continue
    }
    const relation = relations.get(prefixedOf(element, 'id') ?? '')
    // Sheets of charts and of old macros have no cells.
    if (relation?.type !== 'worksheet') continue
    const isHidden = /hidden/i.test(attributeOf(element, 'state') ?? '')
    sheets.push({ name: attributeOf(element, 'name') ?? '', part: relation.target, isHidden })
  }
  const parts = {
    sharedStrings: partOfType(relations, 'sharedStrings'),
    styles: partOfType(relations, 'styles'),
  }
  const textOfCell = await readValues(zip, parts, epochDays)
  for (const sheet of sheets) await readSheet(zip, sheet, textOfCell, out)
}

async function readSheet(
  zip: OfficePackage,
  sheet: Sheet,
  textOfCell: TextOfCell,
  out: TextOut,
): Promise<void> {
  const heading = `## ${sheet.name.replace(/\s+/g, ' ')}`
  if (sheet.isHidden) {
    out.add(`${heading}\n\n(hidden, not included)`)
    return
  }
  let lastRow = 0
  for await (const row of elementsIn(zip.read(sheet.part), ['row'])) {
    const line = lineOf(row, textOfCell)
    if (line === '') continue
    if (lastRow === 0) out.add(heading)
    const at = Number(attributeOf(row, 'r')) || lastRow + 1
    // Tables in a sheet stand apart by empty rows.
    out.add(line, { follows: lastRow > 0 && at === lastRow + 1 })
    lastRow = at
  }
}

function lineOf(row: XmlElement, textOfCell: TextOfCell): string {
  const texts: string[] = []
  for (const cell of childrenOf(row, 'c')) {
    const at = columnOf(attributeOf(cell, 'r')) ?? texts.length
    const text = textOfCell(cell).replace(/\s+/g, ' ').trim()
    if (text === '' || at >= MAX_COLUMNS) continue
    while (texts.length < at) texts.push('')
    texts[at] = text
  }
  return texts.join('\t')
}

/** `C7` is in column 2; undefined where a cell does not say where it is, and then it follows the one before. */
function columnOf(reference: string | undefined): number | undefined {
  const [letters] = /^[A-Z]{1,3}/.exec(reference ?? '') ?? []
  if (letters === undefined) return undefined
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1
}
