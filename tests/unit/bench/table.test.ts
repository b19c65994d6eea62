import { expect, test } from 'vitest'
import { table, verdict } from '../../../scripts/bench/table.ts'

test('names stand left, numbers right, and what is unknown is a question mark', () => {
  const rows = [
    ['', 'requests/s', 'core'],
    ['bare proxy', '15000', '99 %'],
    ['nginx', '≥ 9', 'NaN %'],
    ['direct', '', ''],
  ]
  expect(table(rows)).toEqual([
    '             requests/s   core',
    'bare proxy        15000   99 %',
    'nginx               ≥ 9      ?',
    'direct',
  ])
})

test('a goal is reached or missed only by a number', () => {
  const isSmall = (value: number) => value < 5
  expect([4, 5, Number.NaN].map((value) => verdict(value, isSmall))).toEqual([
    'reached',
    'missed',
    'not measured',
  ])
})
