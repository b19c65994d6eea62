import { OfficeProblem } from '../office-problem.ts'
import { attributeOf, childrenOf, elementsIn, type XmlElement } from '../read-xml.ts'
import { clock, percentage, plainNumber } from '../sheet-values.ts'
import type { TextOut } from '../text-out.ts'
import { UNSEEN } from './odf-inline.ts'
import { OdfStyles, timesOf } from './odf-styles.ts'
import { CONTENT, type OdfText, type OpenDocument } from './odf-text.ts'

/** As many as Excel and LibreOffice have. */
const MAX_COLUMNS = 16_384
/** What LibreOffice keeps of another file that formulas look into. */
const FROM_ELSEWHERE = /^'?[a-z]+:\/\/.*#\$/i

/**
 * Reads a spreadsheet of OpenDocument as one of Excel is read: each sheet under its name, its rows as lines with a tab
 * between cells. Equal cells and rows that stand beside one another are written once with their number, which can be any,
 * so their length is known before they are put together.
 */
export async function readOdfSheets({ zip, styles, text }: OpenDocument, out: TextOut): Promise<void> {
  let heading: string | null = null
  let row = 0
  let lastRow = 0
  const isLeftOut = ({ name }: { name: string }) => UNSEEN.has(name)
  const wanted = [...OdfStyles.elements, 'table-row']
  for await (const element of elementsIn(zip.read(CONTENT), wanted, { heads: ['table'], isLeftOut })) {
    if (styles.add(element)) continue
    if (element.name === 'table') {
      const name = (attributeOf(element, 'name') ?? '').replace(/\s+/g, ' ')
      const isHidden = styles.isHidden('table', attributeOf(element, 'style-name'))
      const isRead = !isHidden && !FROM_ELSEWHERE.test(name)
      heading = isRead ? `## ${name}` : null
      if (isHidden && !FROM_ELSEWHERE.test(name)) out.add(`## ${name}\n\n(hidden, not included)`)
      row = 0
      lastRow = 0
      continue
    }
    const times = timesOf(element, 'number-rows-repeated')
    const first = row + 1
    row += times
    const line = heading === null ? '' : lineOf(element, text, out.room)
    if (heading === null || line === '') continue
    if (lastRow === 0) out.add(heading)
    // Tables in a sheet stand apart by empty rows.
    out.add(line, { follows: lastRow > 0 && first === lastRow + 1, times })
    lastRow = row
  }
}

function lineOf(row: XmlElement, text: OdfText, maxChars: number): string {
  let line = ''
  let at = 0
  let lastColumn = 0
  for (const cell of childrenOf(row)) {
    if (cell.name !== 'table-cell' && cell.name !== 'covered-table-cell') continue
    const times = Math.min(timesOf(cell, 'number-columns-repeated'), MAX_COLUMNS - at)
    const value = cell.name === 'table-cell' ? textOfCell(cell, text).replace(/\s+/g, ' ').trim() : ''
    if (value !== '' && times > 0) {
      if (line.length + (value.length + 1) * times > maxChars) throw new OfficeProblem('longText')
      line += '\t'.repeat(at - lastColumn) + value + `\t${value}`.repeat(times - 1)
      lastColumn = at + times - 1
    }
    at += times
  }
  return line
}

/** The value of a cell as the readers of Excel write it; money, thousands and colours are a look and left out. */
function textOfCell(cell: XmlElement, text: OdfText): string {
  const attribute = (name: string) => attributeOf(cell, name) ?? ''
  const value = Number(attribute('value') || Number.NaN)
  const shown = () => text.flat({ ...cell, children: childrenOf(cell, 'p') })
  switch (attribute('value-type')) {
    case 'float':
    case 'currency':
      return Number.isFinite(value) ? plainNumber(value) : shown()
    case 'percentage':
      return Number.isFinite(value) ? percentage(value) : shown()
    case 'date':
      return dateText(attribute('date-value')) ?? shown()
    case 'time':
      return timeText(attribute('time-value')) ?? shown()
    case 'boolean':
      return attribute('boolean-value') === 'true' ? 'TRUE' : 'FALSE'
  }
  // Programs that write spreadsheets without computing them leave the formula alone.
  return shown() || attribute('string-value') || attribute('formula').replace(/^[a-z]+:(?==)/i, '')
}

/** `2026-11-28T14:30:00` as `2026-11-28 14:30`. */
function dateText(value: string): string | undefined {
  const [, date, hours, seconds = ''] = /^(-?\d{4,}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d))?)?/.exec(value) ?? []
  if (date === undefined) return undefined
  const rest = seconds === '' || seconds === '00' ? '' : `:${seconds}`
  const time = `${hours ?? '00:00'}${rest}`
  return time === '00:00' ? date : `${date} ${time}`
}

/** `PT26H00M01S` as `26:00:01`. */
function timeText(value: string): string | undefined {
  const [, days, hours, minutes, seconds] =
    /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(value) ?? []
  if ((days ?? hours ?? minutes ?? seconds) === undefined) return undefined
  const of = (number = '0') => Number(number)
  return clock(of(days) * 86_400 + of(hours) * 3_600 + of(minutes) * 60 + Math.round(of(seconds)))
}
