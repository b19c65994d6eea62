import { beforeEach, expect, it } from 'vitest'
import { insertAccount } from '#lib/accounts/accounts.ts'
import { listPeople } from '#lib/accounts/list-people.ts'
import { type PeopleQuery, peopleQuery } from '#lib/accounts/people-contract.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'

onEveryDatabase('the list of people', (db) => {
  beforeEach(async () => {
    await db().deleteFrom('account').execute()
  })

  const person = (name: string, over: object = {}) => ({
    id: crypto.randomUUID(),
    role: 'user' as const,
    name,
    created_at: 1_000,
    seen_at: 1_000,
    ...over,
  })
  const add = async (...people: ReturnType<typeof person>[]) => {
    await db().insertInto('account').values(people).execute()
  }
  const find = async (query: Partial<Record<keyof PeopleQuery, unknown>>) => {
    const { people, total } = await listPeople(db(), peopleQuery.parse(query))
    expect(total).toBe(people.length)
    return people.map(({ name }) => name).sort()
  }

  it('is paged through without losing or doubling any, also those of one moment', async () => {
    const all = Array.from({ length: 60 }, (_, at) =>
      person(`P ${at}`, { created_at: 1_000 + Math.floor(at / 20) }),
    )
    await add(...all, person('', { role: 'guest' }))
    const pages = []
    const totals = []
    let before: string | undefined
    do {
      const page = await listPeople(db(), peopleQuery.parse({ before }))
      pages.push(page.people)
      totals.push(page.total)
      before = page.older ?? undefined
      // Somebody who comes meanwhile does not move the others.
      await add(person('Late', { created_at: 9_000 }))
    } while (before !== undefined)
    expect(pages.map(({ length }) => length)).toEqual([25, 25, 10])
    expect(totals).toEqual([60, 61, 62])
    const seen = pages.flat()
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(all.map(({ id }) => id)))
    const times = seen.map(({ createdAt }) => createdAt)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
  })

  it('has exactly as many pages as it needs', async () => {
    await add(...Array.from({ length: 25 }, (_, at) => person(`P ${at}`)))
    expect((await listPeople(db(), peopleQuery.parse({}))).older).toBeNull()
    await add(person('One more'))
    expect((await listPeople(db(), peopleQuery.parse({}))).older).not.toBeNull()
  })

  it('finds names and addresses in any script, in upper and lower case', async () => {
    await add(
      person('Ada Lovelace', { email: 'countess@example.org' }),
      person('Жанна Д’Арк'),
      person('Ångström', { email: 'anders@uppsala.example' }),
      person('王小明', { email: 'ming@example.org' }),
      person('田中 さくら'),
      person('👩‍🚀 Sally'),
    )
    expect(await find({ q: 'LOVE' })).toEqual(['Ada Lovelace'])
    expect(await find({ q: '  lovelace \n ada ' })).toEqual(['Ada Lovelace'])
    expect(await find({ q: 'ada countess@' })).toEqual(['Ada Lovelace'])
    expect(await find({ q: 'жАННА' })).toEqual(['Жанна Д’Арк'])
    expect(await find({ q: 'åNGSTRÖM' })).toEqual(['Ångström'])
    expect(await find({ q: '小明' })).toEqual(['王小明'])
    expect(await find({ q: '明' })).toEqual(['王小明'])
    expect(await find({ q: 'さくら' })).toEqual(['田中 さくら'])
    expect(await find({ q: '👩‍🚀' })).toEqual(['👩‍🚀 Sally'])
    expect(await find({ q: 'EXAMPLE.ORG' })).toEqual(['Ada Lovelace', '王小明'])
    expect(await find({ q: 'ada ming' })).toEqual([])
  })

  it('finds letters with accents, however they and the name were written', async () => {
    const names = ['Zoë Ångström', 'Hiền Nguyễn', '김철수', 'ガガ 清水', 'Ёлка Зайцева']
    for (const form of ['NFC', 'NFD']) await add(...names.map((name) => person(name.normalize(form))))
    for (const name of names) {
      const both = [name.normalize('NFC'), name.normalize('NFD')].sort()
      for (const q of [...both, name.toUpperCase(), name.toLowerCase().normalize('NFD'), name.slice(1)]) {
        expect(await find({ q }), `${q} for ${name}`).toEqual(both)
      }
    }
    expect(await find({ q: 'zoé' })).toEqual([])
  })

  it('takes every sign for itself', async () => {
    const signs = Array.from('%_*?[]^$.|+(){}\\-!\'"/#&~<>,:;=@`')
    const names = signs.map((sign) => `x${sign}y`)
    await add(...names.map((name) => person(name)), person('xzy'), person('xy'))
    for (const [at, sign] of signs.entries()) {
      expect(await find({ q: sign }), sign).toEqual([names[at]])
      expect(await find({ q: `X${sign}Y` }), sign).toEqual([names[at]])
    }
    for (const q of ['x%y%', '[xX]', '***=x', '(?i)x', '\\m', '[[:alpha:]]', '[^x]', 'x.*y', '\\']) {
      expect(await find({ q })).toEqual(q === '\\' ? ['x\\y'] : [])
    }
  })

  it('narrows by role and by state', async () => {
    await insertAccount(db(), { role: 'owner', name: 'Olga' })
    await add(
      person('Ann', { role: 'admin' }),
      person('Ben'),
      person('Bea', { disabled_at: 5 }),
      person('Guest', { role: 'guest' }),
    )
    expect(await find({})).toEqual(['Ann', 'Bea', 'Ben', 'Olga'])
    expect(await find({ role: 'owner' })).toEqual(['Olga'])
    expect(await find({ role: 'user' })).toEqual(['Bea', 'Ben'])
    expect(await find({ state: 'closed' })).toEqual(['Bea'])
    expect(await find({ state: 'open', role: 'user', q: 'b' })).toEqual(['Ben'])
    expect(await find({ q: 'guest' })).toEqual([])
    expect(await find({ role: 'guest' })).toEqual(['Ann', 'Bea', 'Ben', 'Olga'])
  })
})

it('a query that makes no sense is none', () => {
  for (const query of [{ q: ['a', 'b'] }, { before: "1.' or 1=1" }, { role: 'guest' }, { state: 'x' }, {}]) {
    expect(peopleQuery.parse(query)).toEqual({ q: '' })
  }
  expect(peopleQuery.parse({ q: 'a\0b\ud800' }).q).toBe('a b\ufffd')
  expect(peopleQuery.parse({ q: 'x'.repeat(1_000) }).q).toHaveLength(254)
})
