import { expect, it } from 'vitest'
import { insertAccount } from '#lib/accounts/accounts.ts'
import { createApiToken, findTokenOwner } from '#lib/accounts/api-tokens.ts'
import {
  createAccessCode,
  enterByAccessCode,
  listAccessCodes,
  withdrawAccessCode,
} from '#lib/accounts/codes.ts'
import { digestOf } from '#lib/accounts/digest.ts'
import {
  findQuota,
  hasQuotas,
  listAccountQuotas,
  setAccessCodeQuota,
  setAccountQuota,
  setRoleQuota,
} from '#lib/accounts/quotas/account-quota.ts'
import { DEFAULT_PRICE, setPrice, viewPrices } from '#lib/accounts/quotas/prices.ts'
import { keep, reserve, settle } from '#lib/accounts/quotas/reserve.ts'
import { findStanding } from '#lib/accounts/quotas/standing.ts'
import { openDatabase } from '#lib/db/database.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { withPostgres } from '#tests/support/with-postgres.ts'

const NOON = Date.UTC(2026, 10, 30, 12)
const ten = { most: { tokens: 10, cost: 100 }, holdMs: 60_000, now: NOON }

onEveryDatabase('quotas', (db) => {
  const person = () => insertAccount(db(), { role: 'user', name: 'somebody' })
  const use = (id: string) =>
    db().selectFrom('quota_use').selectAll().where('account_id', '=', id).executeTakeFirstOrThrow()

  it.each([
    ['messagesPerHour', 7, NOON + 3_600_000],
    ['tokensPerDay', 79, NOON + 12 * 3_600_000],
    ['costPerMonth', 700, NOON + 12 * 3_600_000],
    ['streams', 7, undefined],
  ] as const)('let 7 of 100 pass that ask at once, by %s', async (limit, max, resetsAt) => {
    const id = await person()
    const asked = Array.from({ length: 100 }, () => reserve(db(), id, { [limit]: max }, ten))
    const answers = await Promise.all(asked)
    expect(answers.filter((it) => typeof it === 'string')).toHaveLength(7)
    expect(answers.filter((it) => typeof it !== 'string')).toEqual(
      Array.from({ length: 93 }, () => ({ reached: limit, resetsAt })),
    )
  })

  it('are listed by account, those of single people first, and by model with the price of all others', async () => {
    const plain = await insertAccount(db(), { role: 'user', name: 'Ada' })
    const special = await insertAccount(db(), { role: 'user', name: 'Zoe' })
    await setAccountQuota(db(), special, { streams: 2 })
    const { people: listed } = await listAccountQuotas(db(), ['user'])
    const ids = listed.map(({ id }) => id)
    expect(ids.indexOf(special)).toBeLessThan(ids.indexOf(plain))
    expect(listed.find(({ id }) => id === special)?.quota).toEqual({ streams: 2 })
    expect(listed.find(({ id }) => id === plain)?.quota).toEqual({})
    expect(await listAccountQuotas(db(), ['admin'])).toEqual({ people: [], total: 0 })

    const name = '高橋'
    for (let i = 0; i < 30; i++) await insertAccount(db(), { role: 'user', name: `${name} ${i}` })
    const found = await listAccountQuotas(db(), ['user'], '高橋')
    expect([found.people.length, found.total]).toEqual([25, 30])
    expect(found.people.every((one) => one.name.startsWith(name))).toBe(true)
    expect((await listAccountQuotas(db(), ['user'], 'ZO')).people.map(({ id }) => id)).toEqual([special])
    expect((await listAccountQuotas(db(), ['admin'], 'ZO')).total).toBe(0)

    const price = { input: 750_000, cached: 75_000, output: 4_500_000 }
    await setPrice(db(), 'gpt-5.4-mini', price)
    expect(await viewPrices(db())).toEqual([
      { model: '*', ...DEFAULT_PRICE, isOfOthers: true, isBuiltIn: true },
      { model: 'gpt-5.4-mini', ...price, isOfOthers: false, isBuiltIn: false },
    ])
  })

  it('are charged with what was spent, once, however often and in whatever order it is settled', async () => {
    const id = await person()
    const asked = Array.from({ length: 20 }, () => reserve(db(), id, {}, ten))
    const holds = (await Promise.all(asked)).filter((it) => typeof it === 'string')
    const spent = { tokens: 3, cost: 30 }
    const twice = [...holds, ...holds.toReversed()]
    await Promise.all(twice.map((hold) => settle(db(), { accountId: id, id: hold, spent })))
    const row = await use(id)
    expect([row.tokens_day, row.tokens_month, row.cost_day, row.running].map(Number)).toEqual([
      60, 60, 600, 0,
    ])
  })

  it('give back what a dead process held, and begin anew with the day and the month', async () => {
    const id = await person()
    const quota = { tokensPerDay: 10, streams: 1 }
    expect(typeof (await reserve(db(), id, quota, ten))).toBe('string')
    expect(await reserve(db(), id, quota, ten)).toMatchObject({ reached: 'tokensPerDay' })
    const later = await reserve(db(), id, quota, { ...ten, now: NOON + 60_000 })
    expect(typeof later).toBe('string')
    await settle(db(), { accountId: id, id: String(later), spent: { tokens: 10, cost: 1 } })
    const tomorrow = await reserve(db(), id, quota, { ...ten, now: NOON + 86_400_000 })
    expect(typeof tomorrow).toBe('string')
    expect(Number((await use(id)).tokens_month)).toBe(10)
  })

  it('are those of the access code by which somebody came, for each of them, until it is withdrawn', async () => {
    const quota = { messagesPerHour: 1, streams: 3 }
    const code = await createAccessCode(db(), { name: 'Family', quota })
    const [ada = '', eve = ''] = [
      await enterByAccessCode(db(), code),
      await enterByAccessCode(db(), code),
    ].flatMap((id) => id ?? [])
    expect(await hasQuotas(db())).toBe(true)
    for (const id of [ada, eve]) {
      const found = await findQuota(db(), id)
      expect(found).toEqual(quota)
      expect(typeof (await reserve(db(), id, found ?? {}, ten))).toBe('string')
      expect(await reserve(db(), id, found ?? {}, ten)).toMatchObject({ reached: 'messagesPerHour' })
    }
    await setAccountQuota(db(), ada, { streams: 1 })
    expect(await findQuota(db(), ada)).toEqual({ messagesPerHour: 1, streams: 1 })
    const { id = '', ...family } = (await listAccessCodes(db())).find(({ name }) => name === 'Family') ?? {}
    expect(family).toMatchObject({ quota, expiresAt: null })
    expect(await setAccessCodeQuota(db(), id, { tokensPerDay: 5 })).toBe(true)
    expect(await findQuota(db(), eve)).toEqual({ tokensPerDay: 5 })
    const listed = (await listAccountQuotas(db(), ['user'])).people.find((one) => one.id === ada)
    expect(listed).toMatchObject({ quota: { streams: 1 }, ofCode: { tokensPerDay: 5 } })

    const { token } = await createApiToken(db(), eve, { name: 'laptop' })
    expect(await findTokenOwner(db(), digestOf(token))).not.toBeNull()
    expect(await withdrawAccessCode(db(), id)).toBe(true)
    expect(await findTokenOwner(db(), digestOf(token))).toBeNull()
    expect(await findQuota(db(), eve)).toBeUndefined()
    expect(await setAccessCodeQuota(db(), id, {})).toBe(false)
  })

  it('are told with what is left, anew with each period, and to whoever has no account as to a guest', async () => {
    const id = await person()
    await setAccountQuota(db(), id, { messagesPerHour: 5, tokensPerMonth: 100, streams: 2, models: ['o3'] })
    await reserve(db(), id, {}, ten)
    const month = { limit: 'tokensPerMonth', most: 100, used: 10, resetsAt: Date.UTC(2026, 11) }
    const hour = { limit: 'messagesPerHour', most: 5, used: 1, resetsAt: NOON + 3_600_000 }
    expect(await findStanding(db(), id, NOON)).toEqual({
      counted: [hour, month],
      ...{ streams: 2, models: ['o3'], uploadBytes: undefined },
      ...{ credit: { tokens: 0, cost: 0 }, passes: [] },
    })
    const next = { ...hour, used: 0, resetsAt: NOON + 7_200_000 }
    expect((await findStanding(db(), id, NOON + 3_600_000))?.counted).toEqual([next, month])

    const owner = await insertAccount(db(), { role: 'owner', name: 'who pays' })
    await setRoleQuota(db(), 'guest', { messagesPerHour: 3 })
    expect(await findStanding(db(), owner, NOON)).toBeNull()
    expect(await findStanding(db(), await person(), NOON)).toBeNull()
    for (const visitor of [undefined, 'a guest who has asked nothing yet']) {
      expect((await findStanding(db(), visitor, NOON))?.counted).toMatchObject([{ most: 3, used: 0 }])
    }
  })

  it('stay reserved for a request that goes on', async () => {
    const id = await person()
    const quota = { streams: 1 }
    const hold = String(await reserve(db(), id, quota, ten))
    expect(await keep(db(), { accountId: id, id: hold, holdMs: 60_000, now: NOON + 50_000 })).toBe(true)
    const later = { ...ten, now: NOON + 60_000 }
    expect(await reserve(db(), id, quota, later)).toMatchObject({ reached: 'streams' })
    await settle(db(), { accountId: id, id: hold, spent: { tokens: 1, cost: 1 } })
    expect(await keep(db(), { accountId: id, id: hold, holdMs: 60_000 })).toBe(false)
    expect(typeof (await reserve(db(), id, quota, later))).toBe('string')
  })

  it('are not whole again for an instance whose clock is behind', async () => {
    const id = await person()
    const quota = { messagesPerHour: 1 }
    expect(typeof (await reserve(db(), id, quota, ten))).toBe('string')
    expect(await reserve(db(), id, quota, { ...ten, now: NOON - 1 })).toMatchObject({
      reached: 'messagesPerHour',
    })
    expect(await reserve(db(), id, quota, ten)).toMatchObject({ reached: 'messagesPerHour' })
  })
})

withPostgres('quotas through two instances', (url) => {
  it('let 30 of 100 pass that ask both at once, while others are settled', async () => {
    const open = () => openDatabase({ DATA_DIR: '', DATABASE_URL: url() })
    const [one, two] = [await open(), await open()]
    try {
      const id = await insertAccount(one, { role: 'user', name: 'somebody' })
      const spent = { tokens: 10, cost: 100 }
      const ask = async (_: unknown, at: number) => {
        const answer = await reserve(at % 2 ? one : two, id, { tokensPerDay: 300 }, ten)
        if (typeof answer !== 'string') return false
        await settle(at % 3 ? one : two, { accountId: id, id: answer, spent })
        return true
      }
      const answers = await Promise.all(Array.from({ length: 100 }, ask))
      expect(answers.filter(Boolean)).toHaveLength(30)
    } finally {
      await Promise.all([one.destroy(), two.destroy()])
    }
  })
})
