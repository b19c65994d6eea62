import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlotHeap } from '#lib/gateway/keys/slot-heap.ts'

interface Slot {
  at: number
  id: number
  heapIndex: number
}

const isBefore = (a: Slot, b: Slot) => (a.at === b.at ? a.id < b.id : a.at < b.at)

test('it keeps what a sorted list would, under any insertions, changes and removals', () => {
  const operation = fc.record({ kind: fc.constantFrom('place', 'remove'), id: fc.nat(20), at: fc.nat(30) })
  fc.assert(
    fc.property(fc.array(operation), fc.uniqueArray(fc.nat(20), { maxLength: 5 }), (operations, excluded) => {
      const heap = new SlotHeap<Slot>(isBefore)
      const slots = Array.from({ length: 21 }, (_, id): Slot => ({ at: 0, id, heapIndex: -1 }))
      const present = new Set<Slot>()
      for (const { kind, id, at } of operations) {
        const slot = slots[id]
        if (!slot) continue
        if (kind === 'remove') {
          heap.remove(slot)
          present.delete(slot)
        } else {
          slot.at = at
          heap.place(slot)
          present.add(slot)
        }
        const sorted = [...present].sort((a, b) => (isBefore(a, b) ? -1 : 1))
        expect(heap.size).toBe(sorted.length)
        expect(heap.first()).toBe(sorted[0])
        expect(heap.first(({ id }) => excluded.includes(id))).toBe(
          sorted.find((one) => !excluded.includes(one.id)),
        )
      }
    }),
  )
})
