import { expect, it } from 'vitest'
import { deleteAccount, insertAccount } from '#lib/accounts/accounts.ts'
import { findQuota, setAccountQuota } from '#lib/accounts/quotas/account-quota.ts'
import type { Quota } from '#lib/accounts/quotas/quota.ts'
import {
  createRedeemBatch,
  listRedeemBatches,
  pastPasses,
  redeemCode,
  revokeUnused,
} from '#lib/accounts/quotas/redeem.ts'
import { type RedeemBatchDraft, redeemBatchDraft } from '#lib/accounts/quotas/redeem-contract.ts'
import { reserve, settle } from '#lib/accounts/quotas/reserve.ts'
import { findStanding } from '#lib/accounts/quotas/standing.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'

const NOON = Date.UTC(2026, 10, 30, 12)
const DAY_MS = 86_400_000

onEveryDatabase('codes to redeem', (db) => {
  const person = async (quota: Quota = {}) => {
    const id = await insertAccount(db(), { role: 'user', name: 'somebody' })
    await setAccountQuota(db(), id, quota)
    return id
  }
  const batch = (draft: Partial<RedeemBatchDraft>) =>
    createRedeemBatch(db(), redeemBatchDraft.parse({ name: 'Spring', count: 1, ...draft }), NOON)
  const code = async (draft: Partial<RedeemBatchDraft>) => (await batch(draft))[0] ?? ''
  const creditOf = async (id: string) => (await findStanding(db(), id, NOON))?.credit
  const ask = (id: string, quota: Quota, tokens: number, cost = 0) =>
    reserve(db(), id, quota, { most: { tokens, cost }, holdMs: 60_000, now: NOON })

  it('yield once, whichever of 100 redeem one at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => person({ tokensPerDay: 1 })))
    const one = await code({ tokens: 1_000 })
    const tries = Array.from({ length: 100 }, (_, at) => redeemCode(db(), people[at % 10] ?? '', one, NOON))
    const added = (await Promise.all(tries)).filter((it) => it !== null)
    expect(added).toEqual([{ tokens: 1_000, cost: 0, days: 0, quota: {} }])
    const credits = await Promise.all(people.map(creditOf))
    expect(credits.reduce((sum, credit) => sum + (credit?.tokens ?? 0), 0)).toBe(1_000)
  })

  it('are read in whatever way they are copied, and kept as digests', async () => {
    const [first = '', second = ''] = await batch({ count: 2, cost: 5 })
    expect(first).toMatch(/^([a-z2-9]{6}-){3}[a-z2-9]{6}$/)
    const id = await person({ costPerDay: 1 })
    expect(await redeemCode(db(), id, ` ${first.toUpperCase().replaceAll('-', ' ')} `, NOON)).not.toBeNull()
    expect(await redeemCode(db(), id, second.replaceAll('-', ''), NOON)).not.toBeNull()
    expect((await creditOf(id))?.cost).toBe(10)
    const kept = JSON.stringify(await db().selectFrom('redeem_code').selectAll().execute())
    expect(kept).not.toContain(first.replaceAll('-', ''))
    expect(kept).not.toContain(first)
  })

  it('are of no use when they are wrong, used, too old or revoked', async () => {
    const id = await person({ tokensPerDay: 1 })
    const used = await code({ tokens: 1 })
    await redeemCode(db(), id, used, NOON)
    const old = await code({ tokens: 1, validDays: 7 })
    const [revoked = ''] = await batch({ name: 'Revoked', tokens: 1 })
    const { id: batchId = '' } = (await listRedeemBatches(db())).find(({ name }) => name === 'Revoked') ?? {}
    expect(await revokeUnused(db(), batchId)).toBe(1)
    expect((await listRedeemBatches(db())).some(({ id }) => id === batchId)).toBe(false)
    for (const wrong of ['aaaaaa-aaaaaa-aaaaaa-aaaaaa', used, revoked]) {
      expect(await redeemCode(db(), id, wrong, NOON)).toBeNull()
    }
    expect(await redeemCode(db(), id, old, NOON + 7 * DAY_MS)).toBeNull()
    expect(await redeemCode(db(), id, old, NOON + 7 * DAY_MS - 1)).not.toBeNull()
  })

  it('are counted by batch, also when who redeemed one is erased', async () => {
    const id = await person()
    const [first = ''] = await batch({ name: 'Counted', count: 3, tokens: 1 })
    await redeemCode(db(), id, first, NOON)
    await deleteAccount(db(), id)
    const counted = (await listRedeemBatches(db())).find(({ name }) => name === 'Counted')
    expect(counted).toMatchObject({ used: 1, left: 2, tokens: 1, createdAt: NOON, expiresAt: null })
    expect(await revokeUnused(db(), counted?.id ?? '')).toBe(2)
    expect(await revokeUnused(db(), counted?.id ?? '')).toBe(0)
    expect(await redeemCode(db(), await person(), first, NOON)).toBeNull()
  })

  it('give credit that is used when a limit is used up, in whole requests, and settled like one', async () => {
    const quota = { tokensPerDay: 10, tokensPerMonth: 10 }
    const id = await person(quota)
    await redeemCode(db(), id, await code({ tokens: 25 }), NOON)
    const first = await ask(id, quota, 10)
    expect((await creditOf(id))?.tokens).toBe(25)
    const second = String(await ask(id, quota, 20))
    expect((await creditOf(id))?.tokens).toBe(5)
    expect(await ask(id, quota, 20)).toMatchObject({ reached: 'tokensPerDay' })
    await settle(db(), { accountId: id, id: second, spent: { tokens: 4, cost: 0 } })
    expect((await creditOf(id))?.tokens).toBe(21)
    await settle(db(), { accountId: id, id: String(first), spent: { tokens: 10, cost: 0 } })
    expect((await findStanding(db(), id, NOON))?.counted.map(({ used }) => used)).toEqual([10, 10])
  })

  it('never give more credit than there is, to 100 that ask at once', async () => {
    const quota = { costPerMonth: 300 }
    const id = await person(quota)
    await redeemCode(db(), id, await code({ cost: 450 }), NOON)
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(id, quota, 7, 100)))
    expect(answers.filter((it) => typeof it === 'string')).toHaveLength(3 + 4)
    expect(await creditOf(id)).toEqual({ tokens: 0, cost: 50 })
  })

  it('give no credit for messages, streams or the other of tokens and money', async () => {
    const id = await person()
    await redeemCode(db(), id, await code({ tokens: 1_000 }), NOON)
    expect(await ask(id, { messagesPerHour: 0 }, 1)).toMatchObject({ reached: 'messagesPerHour' })
    expect(await ask(id, { streams: 0, tokensPerDay: 0 }, 1)).toMatchObject({ reached: 'streams' })
    expect(await ask(id, { costPerDay: 1, tokensPerDay: 0 }, 1, 2)).toMatchObject({ reached: 'costPerDay' })
    expect(typeof (await ask(id, { tokensPerDay: 0, costPerDay: 2 }, 1, 2))).toBe('string')
  })

  it('let what costs nothing pass a budget that an answer went beyond', async () => {
    const quota = { costPerDay: 10 }
    const id = await person(quota)
    const first = String(await ask(id, quota, 1, 10))
    await settle(db(), { accountId: id, id: first, spent: { tokens: 1, cost: 11 } })
    expect(await ask(id, quota, 1, 0)).toMatchObject({ reached: 'costPerDay' })
    await redeemCode(db(), id, await code({ cost: 5 }), NOON)
    const free = String(await ask(id, quota, 1, 0))
    await settle(db(), { accountId: id, id: free, spent: { tokens: 1, cost: 0 } })
    expect((await creditOf(id))?.cost).toBe(5)
  })

  it('give back the credit that a dead process held', async () => {
    const quota = { tokensPerDay: 0 }
    const id = await person(quota)
    await redeemCode(db(), id, await code({ tokens: 10 }), NOON)
    await ask(id, quota, 10)
    expect((await creditOf(id))?.tokens).toBe(0)
    const later = { most: { tokens: 10, cost: 0 }, holdMs: 60_000, now: NOON + 60_000 }
    expect(typeof (await reserve(db(), id, quota, later))).toBe('string')
  })

  it('raise limits for their days, never lower one, and longer with another of the same', async () => {
    const id = await person({ messagesPerHour: 5, tokensPerDay: 900, models: ['o3'] })
    const pass = {
      days: 30,
      quota: { messagesPerHour: 60, tokensPerDay: 100, streams: 1, models: ['gpt-5*'] },
    }
    const [first = '', second = ''] = await batch({ count: 2, ...pass })
    await redeemCode(db(), id, first, NOON)
    const raised = { messagesPerHour: 60, tokensPerDay: 900, models: ['o3', 'gpt-5*'] }
    expect(await findQuota(db(), id, NOON)).toEqual(raised)
    await redeemCode(db(), id, second, NOON + DAY_MS)
    expect((await findStanding(db(), id, NOON))?.passes).toEqual([
      { quota: pass.quota, endsAt: NOON + 60 * DAY_MS },
    ])
    expect(await findQuota(db(), id, NOON + 60 * DAY_MS - 1)).toEqual(raised)
    const after = NOON + 60 * DAY_MS
    expect(await findQuota(db(), id, after)).toMatchObject({ messagesPerHour: 5 })
    await redeemCode(db(), id, await code(pass), after)
    const passes = () =>
      db()
        .selectFrom('quota_pass')
        .select('ends_at')
        .where('account_id', '=', id)
        .orderBy('ends_at')
        .execute()
    const again = { ends_at: after + 30 * DAY_MS }
    expect(await passes()).toEqual([{ ends_at: after }, again])
    await pastPasses.erase(db(), after, 100)
    expect(await passes()).toEqual([again])
  })
})

it.each([
  [{}, 'tokens'],
  [{ days: 3 }, 'quota'],
  [{ quota: { streams: 1 } }, 'days'],
  [{ tokens: 1, quota: { streams: 1 } }, 'days'],
  [{ tokens: 0 }, 'tokens'],
  [{ tokens: 1, count: 1001 }, 'count'],
])('a batch of %j is wrong in %s', (draft, field) => {
  const parsed = redeemBatchDraft.safeParse({ name: 'x', count: 1, ...draft })
  expect(parsed.error?.issues[0]?.path.join('.')).toBe(field)
})
