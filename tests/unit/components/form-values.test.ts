import { expect, it } from 'vitest'
import { parseAmount, typedAmount, valuesOf } from '#components/account/form-values.ts'

it.each([
  ['60', undefined, 60],
  [' 1,000,000 ', undefined, 1_000_000],
  ['2 500', undefined, 2_500],
  ['0.75', 1_000_000, 750_000],
  ['1,000.5', 1_000_000, 1_000_500_000],
  ['0.29', 1_000_000, 290_000],
  ['0', undefined, 0],
])('reads the amount %j at the scale %j', (text, scale, expected) => {
  expect(parseAmount(text, scale)).toBe(expected)
})

it.each(['', 'much', '-1', '1,5', '10,00', '1.2.3', '1e6', 'Infinity', '0x10', '١'])(
  'takes %j for no amount',
  (text) => {
    expect(parseAmount(text)).toBeNull()
  },
)

it('writes an amount as it is read again', () => {
  for (const value of [0, 1, 290_000, 750_000, 4_500_000, 123_456_789]) {
    expect(parseAmount(typedAmount(value, 1_000_000) ?? '', 1_000_000)).toBe(value)
  }
})

it('puts what was typed where its name says, and leaves out what is empty', () => {
  const data = new FormData()
  for (const [name, text] of [
    ['quota.costPerDay', '2.50'],
    ['quota.streams', ' '],
    ['quota.models', 'gpt-5*， o3,'],
    ['days', ''],
  ] as const) {
    data.set(name, text)
  }
  const fields = [
    { name: 'quota.costPerDay', label: '', type: 'amount', scale: 1_000_000, optional: true },
    { name: 'quota.streams', label: '', type: 'amount', optional: true },
    { name: 'quota.models', label: '', type: 'list', optional: true },
    { name: 'days', label: '', type: 'number', optional: true },
  ] as const
  const fixed = { role: 'user', quota: {} }
  expect(valuesOf(data, fields, fixed)).toEqual({
    role: 'user',
    quota: { costPerDay: 2_500_000, models: ['gpt-5*', 'o3'] },
  })
  expect(fixed).toEqual({ role: 'user', quota: {} })
})
