import type { OfficePackage } from './open-package.ts'
import { attributeOf, childOf, childrenOf, elementsIn, textOf, type XmlElement } from './read-xml.ts'

/** What the number in a cell is shown as; money, thousands and colours are a look and left out. */
type NumberKind = 'number' | 'percent' | 'date' | 'time' | 'dateTime' | 'duration'

/** The value of a cell as it is shown. */
export type TextOfCell = (cell: XmlElement) => string

/** Formats that stand in no file (ECMA-376, 18.8.30), with those of Chinese, Japanese and Korean. */
const BUILT_IN: readonly (readonly [from: number, to: number, NumberKind])[] = [
  [9, 10, 'percent'],
  [14, 17, 'date'],
  [18, 21, 'time'],
  [22, 22, 'dateTime'],
  [27, 31, 'date'],
  [32, 35, 'time'],
  [36, 36, 'date'],
  [45, 45, 'time'],
  [46, 46, 'duration'],
  [47, 47, 'time'],
  [50, 54, 'date'],
  [55, 56, 'time'],
  [57, 58, 'date'],
]

/**
 * Reads what cells refer to: texts that are shared between them, and formats, which alone tell a date from a number.
 * `epochDays` is what the workbook counts its days from, in days before 1970.
 */
export async function readValues(
  zip: OfficePackage,
  parts: { sharedStrings: string | undefined; styles: string | undefined },
  epochDays: number,
): Promise<TextOfCell> {
  const shared: string[] = []
  if (parts.sharedStrings !== undefined) {
    for await (const item of elementsIn(zip.read(parts.sharedStrings), ['si'])) shared.push(richText(item))
  }
  const kinds = parts.styles === undefined ? [] : await readKinds(zip, parts.styles)
  return (cell) => {
    const type = attributeOf(cell, 't') ?? 'n'
    if (type === 'inlineStr') return richText(childOf(cell, 'is'))
    // Of a formula, the result that was last computed.
    const value = textOf(childOf(cell, 'v') ?? '')
    if (value === '') return formulaOf(cell)
    if (type === 's') return shared[Number(value)] ?? ''
    if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE'
    if (type !== 'n') return unescaped(value)
    return (
      numberText(Number(value), kinds[Number(attributeOf(cell, 's') ?? 0)] ?? 'number', epochDays) ?? value
    )
  }
}

/** Programs that write workbooks without computing them leave the formula alone. */
function formulaOf(cell: XmlElement): string {
  const formula = textOf(childOf(cell, 'f') ?? '')
  return formula === '' ? '' : `=${formula}`
}

/** Runs of different looks are one text; how Japanese is read stands beside it. */
const richText = (item: XmlElement | undefined): string =>
  unescaped(
    childrenOf(item)
      .map((child) =>
        child.name === 't' ? textOf(child) : child.name === 'r' ? textOf(childOf(child, 't') ?? '') : '',
      )
      .join(''),
  )

/** Excel writes `_x000D_` for what XML cannot hold. */
const unescaped = (text: string) =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text

/** The kind of number of each style of cells, by its place. */
async function readKinds(zip: OfficePackage, part: string): Promise<NumberKind[]> {
  const own = new Map<number, NumberKind>()
  let kinds: NumberKind[] = []
  for await (const element of elementsIn(zip.read(part), ['numFmts', 'cellXfs'])) {
    for (const child of childrenOf(element)) {
      const id = Number(attributeOf(child, 'numFmtId'))
      if (child.name === 'numFmt') own.set(id, kindOfFormat(attributeOf(child, 'formatCode') ?? ''))
    }
    if (element.name === 'cellXfs') {
      kinds = childrenOf(element, 'xf').map((format) => {
        const id = Number(attributeOf(format, 'numFmtId') ?? 0)
        return own.get(id) ?? BUILT_IN.find(([from, to]) => id >= from && id <= to)?.[2] ?? 'number'
      })
    }
  }
  return kinds
}

/** By the letters of the format for positive numbers, without what it quotes: `yyyy"年"m"月"`, `[h]:mm`, `0.0%`. */
export function kindOfFormat(code: string): NumberKind {
  const [positive = ''] = code.replace(/"[^"]*"|\\.|_.|\*./g, '').split(';')
  if (/\[(h+|m+|s+)\]/i.test(positive)) return 'duration'
  const letters = positive.replace(/\[[^\]]*\]/g, '')
  if (/general/i.test(letters)) return 'number'
  const hasDay = /[yd]|e(?![+-])/i.test(letters)
  const hasHour = /[hs]/i.test(letters)
  if (hasDay || hasHour) return hasDay ? (hasHour ? 'dateTime' : 'date') : 'time'
  if (/m/i.test(letters)) return 'date'
  return letters.includes('%') ? 'percent' : 'number'
}

const DAY_SECONDS = 86_400
/** The last day that Excel knows: 31 December 9999. */
const LAST_DAY = 2_958_465

/** Null for what is no number, or no day that a calendar has. */
function numberText(value: number, kind: NumberKind, epochDays: number): string | null {
  if (!Number.isFinite(value)) return null
  const plain = plainNumber(value)
  if (kind === 'number') return plain
  if (kind === 'percent') return percentage(value)
  if (value < 0 || value > LAST_DAY) return plain
  const seconds = Math.round(value * DAY_SECONDS)
  if (kind === 'duration') return clock(seconds)
  const time = clock(seconds % DAY_SECONDS)
  if (kind === 'time' && value < 1) return time
  // Excel believes that 1900 had a 29 February, so its days before it are one short.
  const lotus = epochDays === DAYS_1900 && value < 60 ? 1 : 0
  const day = new Date((Math.floor(seconds / DAY_SECONDS) - epochDays + lotus) * DAY_SECONDS * 1000)
  const date = day.toISOString().slice(0, 10)
  return kind === 'date' || time === '00:00' ? date : `${date} ${time}`
}

/** What binary fractions add behind the fifteenth digit, no program shows. */
export const plainNumber = (value: number) => String(Number(value.toPrecision(15)))

export const percentage = (value: number) => `${Number((value * 100).toPrecision(12))}%`

export const DAYS_1900 = 25_569
export const DAYS_1904 = 24_107

/** `9:05`, `26:00:01`: hours and minutes, and seconds where there are any. */
export function clock(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const rest = seconds % 60
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}${rest === 0 ? '' : `:${two(rest)}`}`
}
