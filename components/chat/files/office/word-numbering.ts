import { numeral } from './numerals.ts'
import type { OfficePackage } from './open-package.ts'
import { attributeOf, childOf, childrenOf, elementsIn, type XmlElement } from './read-xml.ts'

/** The label before the next paragraph of a list, counted on: `-`, `1.2`, `第三条`; empty when the level shows none. */
export type NextLabel = (listId: string, level: number) => string

/** How the items of a list are labelled at one level. */
export interface Level {
  format: string
  /** `%1.%2`: the numbers of the levels, as many as there are. */
  text: string
  start: number
  /** All numbers in digits, whatever their own format is; `01` stays. */
  isLegal: boolean
}
interface List {
  abstractId: string
  levels: Level[]
  /** Counted anew from here, the first time that this list is used. */
  startsAt: Map<number, number>
}

/** Word has so many levels. */
export const MAX_LEVELS = 9
const NO_LEVEL: Level = { format: 'decimal', text: '', start: 1, isLegal: false }

/** Reads `numbering.xml`. */
export async function readNumbering(zip: OfficePackage, part: string | undefined): Promise<NextLabel> {
  const abstracts = new Map<string, Level[]>()
  const ofStyles = new Map<string, Level[]>()
  const links = new Map<string, string>()
  const lists = new Map<string, List>()
  if (part !== undefined) {
    for await (const element of elementsIn(zip.read(part), ['abstractNum', 'num'])) {
      if (element.name === 'num') {
        lists.set(attributeOf(element, 'numId') ?? '', listOf(element, abstracts))
        continue
      }
      const linked = (name: string) => attributeOf(childOf(element, name), 'val') ?? ''
      const levels = levelsOf(element, [])
      const id = attributeOf(element, 'abstractNumId') ?? ''
      abstracts.set(id, levels)
      ofStyles.set(linked('styleLink'), levels)
      links.set(id, linked('numStyleLink'))
    }
  }
  // Kinds of lists without levels have those of the style that they name, which may stand behind them.
  for (const list of lists.values()) {
    const link = links.get(list.abstractId)
    if (link && list.levels.length === 0) list.levels = ofStyles.get(link) ?? []
  }
  return labelsOf(lists)
}

function levelsOf(element: XmlElement, defaults: readonly Level[]): Level[] {
  const levels = [...defaults]
  for (const level of childrenOf(element, 'lvl')) {
    const at = Number(attributeOf(level, 'ilvl'))
    if (at >= 0 && at < MAX_LEVELS) levels[at] = levelOf(level)
  }
  return levels
}

function levelOf(level: XmlElement): Level {
  const valOf = (name: string) => attributeOf(childOf(level, name), 'val')
  return {
    format: valOf('numFmt') ?? 'decimal',
    text: valOf('lvlText') ?? '',
    start: Number(valOf('start') ?? 1) || 0,
    isLegal: childOf(level, 'isLgl') !== undefined && valOf('isLgl') !== '0',
  }
}

function listOf(num: XmlElement, abstracts: ReadonlyMap<string, Level[]>): List {
  const abstractId = attributeOf(childOf(num, 'abstractNumId'), 'val') ?? ''
  let levels = abstracts.get(abstractId) ?? []
  const startsAt = new Map<number, number>()
  for (const override of childrenOf(num, 'lvlOverride')) {
    levels = levelsOf(override, levels)
    const start = attributeOf(childOf(override, 'startOverride'), 'val')
    if (start !== undefined) startsAt.set(Number(attributeOf(override, 'ilvl')), Number(start))
  }
  return { abstractId, levels, startsAt }
}

function labelsOf(lists: ReadonlyMap<string, List>): NextLabel {
  /** Lists of one kind go on counting where another of it ended. */
  const counters = new Map<string, number[]>()
  const begun = new Set<string>()
  return (listId, level) => {
    const list = lists.get(listId)
    if (!list) return '-'
    const counts = counters.get(list.abstractId) ?? []
    counters.set(list.abstractId, counts)
    if (!begun.has(listId)) for (const [at, start] of list.startsAt) counts[at] = start - 1
    begun.add(listId)
    return countOn(list.levels, counts, level)
  }
}

/** The label of the next item at this level, which is counted in `counts`: the last number of each level. */
export function countOn(levels: readonly Level[], counts: number[], level: number): string {
  const { format, text, start, isLegal } = levels[level] ?? NO_LEVEL
  if (format === 'bullet') return '-'
  for (let at = 0; at < level; at++) counts[at] ??= levels[at]?.start ?? 1
  counts[level] = (counts[level] ?? start - 1) + 1
  counts.length = level + 1
  if (format === 'none') return ''
  return text.replace(/%([1-9])/g, (_, number: string) => {
    const at = Number(number) - 1
    const own = levels[at]?.format ?? 'decimal'
    return numeral(counts[at] ?? 1, isLegal && own !== 'decimalZero' ? 'decimal' : own)
  })
}
