import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LiveRun } from '#lib/chat/live-runs.ts'
import { applyDelta, type Part } from '#lib/chat/parts.ts'
import { deltasAfter, lengthOf, placeWithin, RUN_SPAN, toSeq } from '#lib/chat/run-place.ts'

const deltas = fc.array(
  fc.record({
    kind: fc.constantFrom('text' as const, 'reasoning' as const),
    text: fc.string({ minLength: 1, unit: 'binary' }),
  }),
  { maxLength: 20 },
)
type Deltas = readonly { kind: Part['type']; text: string }[]

const built = (items: Deltas) =>
  items.reduce<Part[]>((parts, { kind, text }) => applyDelta(parts, kind, text), [])

/** The answer as somebody has it who saw its first `place` characters. */
function firstOf(parts: readonly Part[], place: number): Part[] {
  const taken: Part[] = []
  let left = place
  for (const part of parts) {
    if (left > 0) taken.push({ ...part, text: part.text.slice(0, left) })
    left -= part.text.length
  }
  return taken
}

test('a reader at any place is led to the whole answer, by parts and by a run alike', async () => {
  await fc.assert(
    fc.asyncProperty(deltas, fc.nat(), async (items, cut) => {
      const parts = built(items)
      const place = cut % (lengthOf(parts) + 1)
      const run = new LiveRun({
        id: 'a',
        parentId: null,
        role: 'assistant',
        parts: [],
        status: 'running',
        error: null,
        model: null,
        createdAt: 0,
      })
      for (const { kind, text } of items) run.append(kind, text)
      run.end('complete', null, null)
      const followed: { kind: Part['type']; text: string }[] = []
      for await (const { event } of run.follow(place, new AbortController().signal)) {
        if (event.type === 'delta') followed.push(event)
      }
      for (const rest of [deltasAfter(parts, place), followed]) {
        const whole = rest.reduce<Part[]>(
          (held, { kind, text }) => applyDelta(held, kind, text),
          firstOf(parts, place),
        )
        expect(whole).toEqual(parts)
        expect(place + rest.reduce((sum, { text }) => sum + text.length, 0)).toBe(lengthOf(parts))
      }
    }),
    { numRuns: 60 },
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
