import { expect, it } from 'vitest'
import { amountInWords, nearlyUsedUp, shareLeft } from '#components/quotas/standing-words.ts'
import type { QuotaStanding } from '#lib/accounts/quotas/quota.ts'

const standing = (...counted: QuotaStanding['counted']): QuotaStanding => ({
  counted,
  streams: undefined,
  models: undefined,
  uploadBytes: undefined,
  credit: { tokens: 0, cost: 0 },
  passes: [],
})
const hourly = { limit: 'messagesPerHour', most: 60, used: 0, resetsAt: 1 } as const
const monthly = { limit: 'costPerMonth', most: 5_000_000, used: 0, resetsAt: 3 } as const

it('has no word for a tenth or more, and one for less', () => {
  expect(nearlyUsedUp(standing({ ...hourly, used: 54 }, monthly))).toBeUndefined()
  expect(nearlyUsedUp(standing({ ...hourly, used: 55 }, monthly))?.limit).toBe('messagesPerHour')
})

it('names the limit of which least is left, and of several that are used up the one that lasts longest', () => {
  const little = { ...hourly, used: 55 }
  expect(nearlyUsedUp(standing(little, { ...monthly, used: 4_999_999 }))?.limit).toBe('costPerMonth')
  const both = standing({ ...hourly, used: 60 }, { ...monthly, used: 5_000_000 })
  expect(nearlyUsedUp(both)?.limit).toBe('costPerMonth')
})

it('has no word for what credit makes up for', () => {
  const usedUp = standing({ ...monthly, used: 5_000_000 })
  expect(nearlyUsedUp({ ...usedUp, credit: { tokens: 0, cost: 1 } })).toBeUndefined()
  expect(nearlyUsedUp({ ...usedUp, credit: { tokens: 1, cost: 0 } })?.limit).toBe('costPerMonth')
})

it('takes a limit of nothing as used up', () => {
  expect(shareLeft({ ...hourly, most: 0 })).toBe(0)
})

it('writes money in dollars and never more of it than there is', () => {
  expect(amountInWords('costPerMonth', 4_999_999, 'en')).toBe('$4.99')
  expect(amountInWords('costPerDay', 290_000, 'zh-CN')).toBe('$0.29')
  expect(amountInWords('tokensPerDay', 100_000, 'en')).toBe('100,000')
})
