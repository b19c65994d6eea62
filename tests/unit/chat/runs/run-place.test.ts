import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyIncrement, type Increment, type Part } from '#lib/chat/parts.ts'
import { LiveRun } from '#lib/chat/runs/live-runs.ts'
import {
  incrementsAfter,
  lengthOf,
  lengthOfIncrement,
  placeWithin,
  RUN_SPAN,
  toSeq,
} from '#lib/chat/runs/run-place.ts'
import { increments } from '#tests/support/increments.ts'
import { sampleMessage } from '#tests/support/samples.ts'

const built = (items: readonly Increment[]) => items.reduce<Part[]>(applyIncrement, [])

/** The answer as somebody has it who stands at `place`. */
function firstOf(items: readonly Increment[], place: number): Part[] {
  const taken: Increment[] = []
  let left = place
  for (const item of items) {
    if (left > 0) taken.push(item.type === 'delta' ? { ...item, text: item.text.slice(0, left) } : item)
    left -= lengthOfIncrement(item)
  }
  return built(taken)
}

test('a reader at any place is led to the whole answer, by parts and by a run alike', async () => {
  await fc.assert(
    fc.asyncProperty(increments, fc.nat(), async (items, cut) => {
      const parts = built(items)
      const place = cut % (lengthOf(parts) + 1)
      const run = new LiveRun(sampleMessage({ status: 'running' }))
      for (const increment of items) run.grow(increment)
      run.end('complete', null, null)
      const followed: Increment[] = []
      for await (const { event } of run.follow(place, new AbortController().signal)) {
        if (event.type !== 'end' && event.type !== 'preview') followed.push(event)
      }
      for (const rest of [incrementsAfter(parts, place), followed]) {
        expect(rest.reduce<Part[]>(applyIncrement, firstOf(items, place))).toEqual(parts)
        expect(rest.reduce((sum, more) => sum + lengthOfIncrement(more), place)).toBe(lengthOf(parts))
      }
    }),
    { numRuns: 20 },
  )
})

test('a place counts within its own run only', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.nat(50), fc.nat(RUN_SPAN - 1), (run, other, place) => {
      expect(placeWithin(run, toSeq(run, place))).toBe(place)
      if (other !== run) expect(placeWithin(other, toSeq(run, place))).toBeUndefined()
    }),
  )
})
