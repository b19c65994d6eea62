import fc from 'fast-check'
import type { Increment } from '#lib/chat/parts.ts'

const delta = fc.record(
  {
    type: fc.constant('delta' as const),
    kind: fc.constantFrom('text' as const, 'text' as const, 'reasoning' as const),
    text: fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }),
    begins: fc.constant(true as const),
  },
  { requiredKeys: ['type', 'kind', 'text'] },
)
const part = fc.record({
  type: fc.constant('part' as const),
  part: fc.record({
    type: fc.constant('source' as const),
    id: fc.uuid(),
    url: fc.webUrl(),
    title: fc.string(),
  }),
})

const cite = fc.record({
  type: fc.constant('cite' as const),
  citation: fc.record({ start: fc.nat(30), end: fc.nat(30), url: fc.webUrl(), title: fc.string() }),
})
const thought = fc.record({ type: fc.constant('thought' as const), ms: fc.nat(60_000) })

/** What an answer may grow by, in any order. */
export const increments: fc.Arbitrary<Increment[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: delta },
    { weight: 1, arbitrary: part },
    { weight: 2, arbitrary: cite },
    { weight: 1, arbitrary: thought },
  ),
  { minLength: 1, maxLength: 10 },
)
