import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextModel, parseFallbackModels } from '#lib/gateway/upstreams/fallback-models.ts'

test('a chain goes on, and ends', () => {
  const models = parseFallbackModels('gpt-5 > gpt-5-mini>gpt-5-nano, o4>gpt-5-mini')
  expect(nextModel(models, 'gpt-5')).toBe('gpt-5-mini')
  expect(nextModel(models, 'gpt-5-mini')).toBe('gpt-5-nano')
  expect(nextModel(models, 'gpt-5-nano')).toBeUndefined()
  expect(nextModel(models, 'o4')).toBe('gpt-5-mini')
  expect(nextModel(models, 'gpt-5-2026-01-01')).toBeUndefined()
  expect(nextModel(models, 'constructor')).toBeUndefined()
  expect(nextModel(parseFallbackModels(''), 'gpt-5')).toBeUndefined()
})

test.each(['gpt-5', 'a>', '>b', 'a>>b', 'a>b c', 'a>a', 'a>b>a', 'a>b,b>c,c>a', 'a>b,a>c', 'a→b'])(
  '%s is refused',
  (text) => {
    expect(() => parseFallbackModels(text)).toThrow(/^must be [^\n]+$/)
  },
)

test('what was accepted always comes to an end', () => {
  const chain = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 2, maxLength: 4 })
  fc.assert(
    fc.property(fc.array(chain, { maxLength: 4 }), (chains) => {
      let models: ReturnType<typeof parseFallbackModels>
      try {
        models = parseFallbackModels(chains.map((one) => one.join('>')).join(','))
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
        return
      }
      for (const one of chains) {
        for (let i = 1; i < one.length; i++) expect(nextModel(models, one[i - 1] ?? '')).toBe(one[i])
      }
      let steps = 0
      for (let model = nextModel(models, 'a'); model; model = nextModel(models, model)) {
        expect(++steps).toBeLessThanOrEqual(5)
      }
    }),
  )
})
