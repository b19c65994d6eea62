import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type LimitQuestion, LimitsObject } from '../../../deploy/cloudflare/limits-object.ts'

/** A Durable Object's storage, which outlives the object. */
function createStorage() {
  const values = new Map<string, unknown>()
  let alarmAtMs: number | null = null
  return {
    values,
    alarm: () => alarmAtMs,
    get: async <T>(key: string) => structuredClone(values.get(key)) as T | undefined,
    put: async (key: string, value: unknown) => void values.set(key, structuredClone(value)),
    deleteAll: async () => values.clear(),
    getAlarm: async () => alarmAtMs,
    setAlarm: async (atMs: number) => {
      alarmAtMs = atMs
    },
    /** As the platform does: the alarm is over when it rings. */
    async ring(object: LimitsObject) {
      vi.setSystemTime(alarmAtMs ?? 0)
      alarmAtMs = null
      await object.alarm()
    },
  }
}

const ask = async (object: LimitsObject, question: LimitQuestion) => {
  const request = new Request('https://limits/', { method: 'POST', body: JSON.stringify(question) })
  return (await object.fetch(request)).json()
}
const rate = { count: 1, periodMs: 60_000, burst: 1 }
const hold = (slot: string): LimitQuestion => ({ ask: 'hold', slot, max: 2, leaseMs: 60_000 })

let storage: ReturnType<typeof createStorage>
/** Another object with the same name, once the one before was put away. */
async function createObject(): Promise<LimitsObject> {
  let loaded = Promise.resolve()
  const blockConcurrencyWhile = (load: () => Promise<void>) => {
    loaded = load()
    return loaded
  }
  const object = new LimitsObject({ storage, blockConcurrencyWhile })
  await loaded
  return object
}
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
  storage = createStorage()
})
afterEach(() => vi.useRealTimers())

test('an object that was put away goes on where it was', async () => {
  for (const allowed of [true, true, false]) {
    expect(await ask(await createObject(), { ask: 'take', rate })).toMatchObject({ allowed })
  }
  vi.setSystemTime(Date.now() + 60_000)
  expect(await ask(await createObject(), { ask: 'take', rate })).toEqual({ allowed: true })
})

test('a slot is held until it is let go, or until nobody has kept it for the time of its lease', async () => {
  const object = await createObject()
  expect(await ask(object, hold('a'))).toEqual({ held: true })
  expect(await ask(object, hold('b'))).toEqual({ held: true })
  expect(await ask(object, hold('c'))).toEqual({ held: false })
  await ask(object, { ask: 'let-go', slot: 'b' })
  expect(await ask(object, hold('c'))).toEqual({ held: true })
  vi.setSystemTime(Date.now() + 59_999)
  await ask(object, { ask: 'keep', slot: 'c', leaseMs: 60_000 })
  vi.setSystemTime(Date.now() + 1)
  expect(await ask(object, hold('d'))).toEqual({ held: true })
  expect(await ask(object, hold('e'))).toEqual({ held: false })
})

test('what means nothing any more is erased, and nothing before', async () => {
  const object = await createObject()
  await ask(object, { ask: 'take', rate })
  await ask(object, { ask: 'take', rate })
  await storage.ring(object)
  expect(storage.values.size).toBe(1)
  await storage.ring(object)
  expect([storage.values.size, storage.alarm()]).toEqual([0, null])
  expect(await ask(object, { ask: 'take', rate })).toEqual({ allowed: true })
  expect(storage.alarm()).not.toBeNull()
})
