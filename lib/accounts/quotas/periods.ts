import { DAY_MS } from '../../day.ts'
/** The beginnings of the hour, day and month (UTC) that run at `now`, in Unix milliseconds. */
export interface Periods {
  hour: number
  day: number
  month: number
}

export function periodsAt(now: number): Periods {
  const date = new Date(now)
  return {
    hour: Math.floor(now / HOUR_MS) * HOUR_MS,
    day: Math.floor(now / DAY_MS) * DAY_MS,
    month: Date.UTC(date.getUTCFullYear(), date.getUTCMonth()),
  }
}

/** When the period of that kind that runs at `now` is over and its quota whole again. */
export function endOfPeriod(kind: keyof Periods, now: number): number {
  const { hour, day, month } = periodsAt(now)
  if (kind === 'hour') return hour + HOUR_MS
  if (kind === 'day') return day + DAY_MS
  const date = new Date(month)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
}

const HOUR_MS = 60 * 60 * 1000
