import type { Conversation } from '#lib/chat/contract.ts'
import type { Locale } from '#lib/i18n/locale.ts'

export interface DayGroup {
  label: string
  conversations: Conversation[]
}

const DAY_MS = 86_400_000

/**
 * Groups conversations (last changed first) as people remember them: today, yesterday, the weekdays of the last week,
 * then months. `now` is in Unix milliseconds; days begin at midnight in `timeZone`.
 */
export function groupByDay(
  conversations: readonly Conversation[],
  now: number,
  timeZone: string,
  locale: Locale,
): DayGroup[] {
  const dayOf = createCalendar(timeZone)
  const labelOf = createLabels(locale, timeZone)
  const today = dayOf(now)
  const groups: DayGroup[] = []
  for (const conversation of conversations) {
    // A clock that runs ahead of this one does not make a tomorrow.
    const daysAgo = Math.max(0, today - dayOf(conversation.updatedAt))
    const label = labelOf(daysAgo, conversation.updatedAt)
    const last = groups.at(-1)
    if (last?.label === label) last.conversations.push(conversation)
    else groups.push({ label, conversations: [conversation] })
  }
  return groups
}

/** Counts days by the calendar of a time zone. */
function createCalendar(timeZone: string): (time: number) => number {
  const calendar = new Intl.DateTimeFormat('en', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  })
  return (time) => {
    // By its parts: how a whole date is written changes with the browser's version, for every language.
    const parts = calendar.formatToParts(time)
    const numberOf = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value)
    return Date.UTC(numberOf('year'), numberOf('month') - 1, numberOf('day')) / DAY_MS
  }
}

function createLabels(locale: Locale, timeZone: string): (daysAgo: number, time: number) => string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const weekday = new Intl.DateTimeFormat(locale, { timeZone, weekday: 'long' })
  const month = new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric', month: 'long' })
  return (daysAgo, time) => {
    if (daysAgo > 6) return month.format(time)
    const label = daysAgo > 1 ? weekday.format(time) : relative.format(-daysAgo, 'day')
    return label.charAt(0).toLocaleUpperCase(locale) + label.slice(1)
  }
}
