import { afterEach, expect, test, vi } from 'vitest'
import { groupByDay } from '#components/chat/sidebar/group-by-day.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { sampleConversation } from '#tests/support/samples.ts'

/** A Wednesday, 10:30 in Shanghai and 02:30 in UTC. */
const now = Date.parse('2026-03-18T10:30:00+08:00')

function labels(times: string[], locale: Locale, timeZone: string): Record<string, number> {
  const conversations = times.map((time, index) =>
    sampleConversation({ id: `${index}`, title: time, updatedAt: Date.parse(time) }),
  )
  const groups = groupByDay(conversations, now, timeZone, locale)
  return Object.fromEntries(groups.map((group) => [group.label, group.conversations.length]))
}

const times = [
  '2026-03-18T09:00:00+08:00',
  '2026-03-18T00:30:00+08:00',
  '2026-03-17T23:30:00+08:00',
  '2026-03-15T12:00:00+08:00',
  '2026-03-01T12:00:00+08:00',
  '2025-12-31T12:00:00+08:00',
]

afterEach(() => vi.restoreAllMocks())

test('days are told apart however the browser writes a date', () => {
  // As browsers of 2023 do it for Canada, whose dates are else like those of ISO 8601.
  const prototype: { format: unknown } = Intl.DateTimeFormat.prototype
  vi.spyOn(prototype, 'format', 'get').mockReturnValue(() => '3/18/26')
  expect(Object.keys(labels(times.slice(0, 3), 'en', 'Asia/Shanghai'))).toEqual(['Today', 'Yesterday'])
})

test('days are named as people remember them', () => {
  expect(labels(times, 'en', 'Asia/Shanghai')).toEqual({
    Today: 2,
    Yesterday: 1,
    Sunday: 1,
    'March 2026': 1,
    'December 2025': 1,
  })
  expect(Object.keys(labels(times, 'zh-CN', 'Asia/Shanghai'))).toEqual([
    '今天',
    '昨天',
    '星期日',
    '2026年3月',
    '2025年12月',
  ])
})

test('a day begins at midnight where the reader is', () => {
  expect(labels(times.slice(0, 3), 'en', 'UTC')).toEqual({ Today: 1, Yesterday: 2 })
})

test('a conversation from a clock that runs ahead is of today', () => {
  expect(labels(['2026-03-19T12:00:00+08:00'], 'en', 'Asia/Shanghai')).toEqual({ Today: 1 })
})
