import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keepKeys, type TellOfSource } from '#lib/secrets/key-keeper.ts'
import { type KeySource, KeySourceError } from '#lib/secrets/key-source.ts'

const [one, two] = ['a:canary-key-one-0123456789', 'a:canary-key-two-0123456789']

function scripted(first: string) {
  let answer: string | Error = first
  let changed = () => {}
  const source: KeySource & { loads: number } = {
    kind: 'vault',
    loads: 0,
    async load() {
      source.loads++
      if (answer instanceof Error) throw answer
      return answer
    },
    rewrite: async () => {},
  }
  return {
    source,
    answer(next: string | Error) {
      answer = next
    },
    watched: {
      ...source,
      watch(onChange: () => void) {
        changed = onChange
        return () => {}
      },
    },
    touch: () => changed(),
  }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('needs keys to begin with', async () => {
  const { source, answer } = scripted('')
  await expect(keepKeys(source, () => {})).rejects.toThrow('names a place without keys')
  answer('a:short')
  await expect(keepKeys(source, () => {})).rejects.toThrow(/must be a comma-separated list .* item 1/)
})

it('takes over other keys at each interval, and says so once', async () => {
  const { source, answer } = scripted(one)
  const keeper = await keepKeys(source, () => {})
  const onChange = vi.fn()
  keeper.follow(onChange, 60_000)
  await vi.advanceTimersByTimeAsync(60_000)
  expect([source.loads, onChange.mock.calls.length]).toEqual([2, 0])
  answer(two)
  await vi.advanceTimersByTimeAsync(120_000)
  expect([keeper.keys, onChange.mock.calls.length]).toEqual([two, 1])
  keeper.close()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(source.loads).toBe(4)
})

it('keeps the last good keys while a source fails, rings, tries sooner, and says when it is over', async () => {
  const { source, answer } = scripted(one)
  const tell = vi.fn<TellOfSource>()
  const keeper = await keepKeys(source, tell)
  const readAt = keeper.status().readAt
  keeper.follow(() => {}, 60_000)
  answer(new KeySourceError('sealed', 'names a Vault that is sealed'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(keeper.keys).toBe(one)
  const since = keeper.status().failure?.since
  expect(tell).toHaveBeenLastCalledWith('error', 'keys_source_failed', {
    code: 'sealed',
    cause: 'KEYS_FROM names a Vault that is sealed.',
    count: 1,
  })
  answer('half a text')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(keeper.status()).toEqual({
    source: 'vault',
    state: 'failing',
    readAt,
    failure: { code: 'malformed', since, tries: 2 },
  })
  answer(new TypeError('canary: something nobody thought of'))
  await vi.advanceTimersByTimeAsync(10_000)
  answer(two)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(keeper.status()).toMatchObject({ state: 'ok' })
  expect(tell).toHaveBeenLastCalledWith('info', 'keys_source_back', { code: 'vault' })
  expect(keeper.keys).toBe(two)
  expect(JSON.stringify([tell.mock.calls, keeper.status()])).not.toMatch(/canary/)
  keeper.close()
})

it('reads once for all who ask at a time, and when the source itself says so', async () => {
  const { watched, answer, touch } = scripted(one)
  const keeper = await keepKeys(watched, () => {})
  expect(await Promise.all([keeper.refresh(), keeper.refresh()])).toEqual([false, false])
  const onChange = vi.fn()
  keeper.follow(onChange, 60_000)
  answer(two)
  touch()
  await vi.advanceTimersByTimeAsync(0)
  expect(onChange).toHaveBeenCalledOnce()
  keeper.close()
})
