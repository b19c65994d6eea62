import { beforeEach, expect, test, vi } from 'vitest'
import { granted, keysOf, limited, ok, poolWith, THREE_A_SECOND } from './pool-bench.ts'

const counted = vi.hoisted(() => ({ comparisons: 0 }))

vi.mock('#lib/gateway/keys/slot-heap.ts', async (original) => {
  const { SlotHeap } = await original<typeof import('#lib/gateway/keys/slot-heap.ts')>()
  type Item = { heapIndex: number }
  return {
    SlotHeap: class extends SlotHeap<Item> {
      constructor(isBefore: (a: Item, b: Item) => boolean) {
        super((a, b) => {
          counted.comparisons++
          return isBefore(a, b)
        })
      }
    },
  }
})

beforeEach(() => {
  counted.comparisons = 0
})

const SIZES = [10, 1_000, 100_000]
const accounts = (count: number) => keysOf(...Array.from({ length: count }, (_, i) => `account${i}`))

/** Comparisons for each of a thousand leases and settlements, every third one a setback. */
async function costWith(count: number, past = 0): Promise<number> {
  const { clock, lease } = poolWith(accounts(count), THREE_A_SECOND)
  const request = async (i: number) => {
    granted(await lease()).settle(i % 3 === 0 ? limited(200) : ok)
    await clock.pass(400)
  }
  for (let i = 0; i < past; i++) await request(i)
  counted.comparisons = 0
  for (let i = 0; i < 1000; i++) await request(i)
  return counted.comparisons / 1000
}

test('a lease costs as many comparisons as the heap is deep, with 10, 1,000 and 100,000 accounts', async () => {
  for (const size of SIZES) {
    // A lease and its settlement each move one account: down at most, two comparisons a level, or up, one.
    const most = 2 * 3 * (Math.log2(size) + 1)
    expect(await costWith(size)).toBeLessThanOrEqual(most)
  }
})

test('it does not remember how many requests there were', async () => {
  const fresh = await costWith(50)
  const used = await costWith(50, 5_000)
  expect(used).toBeLessThanOrEqual(fresh * 1.5)
})
