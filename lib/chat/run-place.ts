import { type Increment, isGrowing, type Part, visibleParts } from './parts.ts'

/**
 * Where a reader of a run stands. An answer only ever grows at its end, so its length is its sequence number: whoever has
 * the first N lacks exactly the rest, and no log of events is needed to tell it. Text counts its characters (UTF-16 code
 * units), any other part counts one. The numbers survive restarts and mean the same on every instance.
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

const lengthOfPart = (part: Part) => (isGrowing(part) ? part.text.length : 1)

export function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((length, part) => length + lengthOfPart(part), 0)
}

export const lengthOfIncrement = (increment: Increment) =>
  increment.type === 'part' ? 1 : increment.text.length

/** What `parts` hold behind `place`, as the fewest increments that lead a reader there. */
export function incrementsAfter(parts: readonly Part[], place: number): Increment[] {
  const increments: Increment[] = []
  let start = 0
  for (const part of visibleParts(parts)) {
    const end = start + lengthOfPart(part)
    if (end > place) {
      if (!isGrowing(part)) increments.push({ type: 'part', part })
      else {
        const text = part.text.slice(Math.max(0, place - start))
        increments.push({ type: 'delta', kind: part.type, text, ...(place <= start && { begins: true }) })
      }
    }
    start = end
  }
  return increments
}
