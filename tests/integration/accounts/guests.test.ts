import { beforeAll, expect, it } from 'vitest'
import { createOneTimeCode, pastCodes, takeOneTimeCode } from '#lib/accounts/codes.ts'
import { noteGuest } from '#lib/accounts/guests.ts'
import { listForgottenGuests } from '#lib/accounts/list-forgotten-guests.ts'
import { listSessions, openSession, pastSessions } from '#lib/accounts/session-rows.ts'
import { provideConfig } from '#lib/config.ts'
import { DAY_MS } from '#lib/day.ts'
import { eraseDue } from '#lib/db/expiring.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'

beforeAll(() => {
  provideConfig({ AUTH_SECRET: 's'.repeat(32), GUESTS_PER_ADDRESS: '50', GUEST_DAYS: '30' })
})

onEveryDatabase('guests', (db) => {
  const now = Date.now()
  /** How many of `count` who come at once from a place were let in. */
  async function crowd(bucket: string, count: number, { isLocal = false, at = now } = {}) {
    const asked = Array.from({ length: count }, () =>
      noteGuest(db(), crypto.randomUUID(), { bucket, isLocal }, at),
    )
    const results = await Promise.allSettled(asked)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'too_many_guests' })
    }
    return results.filter(({ status }) => status === 'fulfilled').length
  }

  it('are as many of one address and day as the operator said, also when a hundred come at once', async () => {
    expect(await crowd('192.0.2.1', 100)).toBe(50)
    expect(await crowd('192.0.2.1', 5)).toBe(0)
    expect(await crowd('192.0.2.2', 5)).toBe(5)
    expect(await crowd('127.0.0.1', 60, { isLocal: true })).toBe(60)
    expect(await crowd('192.0.2.1', 5, { at: now + DAY_MS + 1 })).toBe(5)
  })

  it('are forgotten who have asked nothing for as long as the operator said', async () => {
    const [stays, leaves] = [crypto.randomUUID(), crypto.randomUUID()]
    const place = { bucket: '192.0.2.3', isLocal: false }
    for (const id of [stays, leaves]) await noteGuest(db(), id, place, now - 40 * DAY_MS)
    await noteGuest(db(), stays, place, now)
    expect(await listForgottenGuests(db(), now, 1000)).toEqual([leaves])
  })

  it('links and sessions whose time is over are forgotten', async () => {
    const account = crypto.randomUUID()
    await noteGuest(db(), account, { bucket: '192.0.2.4', isLocal: false }, now)
    const code = await createOneTimeCode(db(), 'invite', account)
    await openSession(db(), account, 'A browser')
    await eraseDue(pastCodes, db(), now)
    await eraseDue(pastSessions, db(), now)
    expect(await listSessions(db(), account)).toHaveLength(1)
    await eraseDue(pastSessions, db(), now + 181 * DAY_MS)
    expect(await listSessions(db(), account)).toHaveLength(0)
    await eraseDue(pastCodes, db(), now + 15 * DAY_MS)
    expect(await takeOneTimeCode(db(), 'invite', code)).toBeNull()
  })
})
