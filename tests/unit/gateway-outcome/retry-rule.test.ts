import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Verdict } from '#lib/gateway/outcome/classify.ts'
import { createRetryRule } from '#lib/gateway/outcome/retry-rule.ts'

const verdict = (retry: Verdict['retry']): Verdict => ({
  reason: 'upstream-failed',
  charge: 'upstream',
  retry,
})
const once = { attempts: 1, replayable: true }

test('a failed request is repeated once, where its verdict says', () => {
  const rule = createRetryRule({ ambiguous: false })
  expect(rule.decide(verdict('other-account'), once)).toBe('other-account')
  expect(rule.decide(verdict('other-upstream'), once)).toBe('other-upstream')
  expect(rule.decide(verdict('other-upstream'), { ...once, attempts: 2 })).toBeUndefined()
  expect(rule.decide(verdict('other-upstream'), { ...once, replayable: false })).toBeUndefined()
  expect(rule.decide(verdict('never'), once)).toBeUndefined()
})

test('what may have been processed is repeated only where the operator allows it', () => {
  expect(createRetryRule({ ambiguous: false }).decide(verdict('ambiguous'), once)).toBeUndefined()
  expect(createRetryRule({ ambiguous: true }).decide(verdict('ambiguous'), once)).toBe('other-upstream')
})

test('a repetition that found no place costs nothing', () => {
  const rule = createRetryRule({ ambiguous: false })
  for (let i = 0; i < 100; i++) {
    expect(rule.decide(verdict('other-account'), once)).toBe('other-account')
    rule.giveBack()
  }
  for (let i = 0; i < 5; i++) expect(rule.decide(verdict('other-account'), once)).toBe('other-account')
  expect(rule.decide(verdict('other-account'), once)).toBeUndefined()
})

test('whatever happens in whatever order, repetitions stay within a twentieth of the requests and the first five', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 2000 }), (failures) => {
      const rule = createRetryRule({ ambiguous: true })
      let repeated = 0
      for (const [index, failed] of failures.entries()) {
        rule.begin()
        if (failed && rule.decide(verdict('other-upstream'), once)) repeated++
        expect(repeated).toBeLessThanOrEqual(5 + 0.05 * (index + 1) + 1e-6)
      }
    }),
  )
})
