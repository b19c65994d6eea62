import {
  type GrowingPart,
  type Increment,
  isGrowing,
  type Part,
  type SolidPart,
  visibleParts,
} from '../parts.ts'

/**
 * Where a reader of a run stands. An answer only ever grows at its end, so its length is its sequence number: whoever has
 * the first N lacks exactly the rest, and no log of events is needed to tell it. Text counts its characters (UTF-16 code
 * units) and its citations, reasoning its end as well, any other part counts one. The numbers survive restarts and mean the same on every instance.
 *
 * An answer that was continued has several runs. What a reader saw of an earlier one may be longer than what survived a
 * crash, so a place counts within its run only: `seq` is run · {@link RUN_SPAN} + place. The first run is number 0.
 */
export const RUN_SPAN = 1_000_000_000

export function toSeq(runNumber: number, place: number): number {
  return runNumber * RUN_SPAN + place
}

/** The place that `seq` names within run `runNumber`; undefined when it lies in another run. */
export function placeWithin(runNumber: number, seq: number): number | undefined {
  return Math.floor(seq / RUN_SPAN) === runNumber ? seq % RUN_SPAN : undefined
}

function lengthOfPart(part: Part): number {
  if (part.type === 'text') return part.text.length + (part.citations?.length ?? 0)
  return part.type === 'reasoning' ? part.text.length + (part.ms === undefined ? 0 : 1) : 1
}

export function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((length, part) => length + lengthOfPart(part), 0)
}

export const lengthOfIncrement = (increment: Increment) =>
  increment.type === 'delta' ? increment.text.length : 1

/** What `parts` hold behind `place`, as the fewest increments that lead a reader there. */
export function incrementsAfter(parts: readonly Part[], place: number): Increment[] {
  const increments: Increment[] = []
  let start = 0
  for (const part of visibleParts(parts)) {
    const end = start + lengthOfPart(part)
    if (end > place) increments.push(...(isGrowing(part) ? behind(part, place - start) : [whole(part)]))
    start = end
  }
  return increments
}

const whole = (part: SolidPart): Increment => ({ type: 'part', part })

/** What a part of text has behind `place` in it: its text up to each citation, which stands where it came. */
function behind(part: GrowingPart, place: number): Increment[] {
  const { type: kind, text } = part
  const increments: Increment[] = []
  let at = 0
  let from = 0
  const take = (increment: Increment) => {
    const length = lengthOfIncrement(increment)
    const missed = Math.max(0, place - at)
    at += length
    if (length <= missed) return
    increments.push(
      increment.type === 'delta' ? { ...increment, text: increment.text.slice(missed) } : increment,
    )
  }
  const takeText = (to: number) => {
    if (to > from) take({ type: 'delta', kind, text: text.slice(from, to) })
    from = Math.max(from, to)
  }
  for (const { at: cameAt, ...citation } of part.type === 'text' ? (part.citations ?? []) : []) {
    takeText(cameAt)
    take({ type: 'cite', citation })
  }
  takeText(text.length)
  if (part.type === 'reasoning' && part.ms !== undefined) take({ type: 'thought', ms: part.ms })
  const [first] = increments
  if (place <= 0 && first?.type === 'delta') increments[0] = { ...first, begins: true }
  return increments
}
