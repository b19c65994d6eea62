import type { Part } from './parts.ts'

/**
 * Where a reader of a run stands. An answer only ever grows at its end, so its length is its sequence number: whoever has
 * the first N characters (UTF-16 code units over all parts) lacks exactly the rest, and no log of events is needed to
 * tell it. The numbers survive restarts and mean the same on every instance.
 *
 * An answer that was continued has several runs. What a reader saw of an earlier one may be longer than what survived a
 * crash, so a place counts within its run only: `seq` is run · {@link RUN_SPAN} + place. The first run is number 0.
 */
export const RUN_SPAN = 1_000_000_000

export interface Delta {
  kind: Part['type']
  text: string
}

export function toSeq(runNumber: number, place: number): number {
  return runNumber * RUN_SPAN + place
}

/** The place that `seq` names within run `runNumber`; undefined when it lies in another run. */
export function placeWithin(runNumber: number, seq: number): number | undefined {
  return Math.floor(seq / RUN_SPAN) === runNumber ? seq % RUN_SPAN : undefined
}

export function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((length, { text }) => length + text.length, 0)
}

/** What `parts` hold behind `place`, as the fewest deltas that lead a reader there. */
export function deltasAfter(parts: readonly Part[], place: number): Delta[] {
  const deltas: Delta[] = []
  let start = 0
  for (const { type, text } of parts) {
    const rest = text.slice(Math.max(0, place - start))
    if (rest !== '') deltas.push({ kind: type, text: rest })
    start += text.length
  }
  return deltas
}
