import { expect, it } from 'vitest'
import { insertAccount } from '#lib/accounts/accounts.ts'
import { countModeration, listModeration, moderationQuery } from '#lib/legal/moderation-log.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'

onEveryDatabase('the log of moderation', (db) => {
  const note = (owner: string, created_at: number, over: object = {}) => ({
    id: crypto.randomUUID(),
    owner,
    checked_by: 'upstream' as const,
    model: 'omni-moderation-2024-09-26',
    categories: '["violence"]',
    action: 'refused' as const,
    created_at,
    ...over,
  })

  it('is paged through without losing or doubling any, also those of one moment', async () => {
    const ada = await insertAccount(db(), { role: 'user', name: 'Ada' })
    const guest = crypto.randomUUID()
    const notes = Array.from({ length: 130 }, (_, at) =>
      note(at % 3 ? ada : guest, 1_000 + Math.floor(at / 40)),
    )
    await db().insertInto('moderation').values(notes).execute()
    const pages = []
    let before: string | undefined
    do {
      const page = await listModeration(db(), { before })
      pages.push(page.notes)
      before = page.older ?? undefined
      expect(moderationQuery.parse({ before }).before).toBe(before)
      // One that comes meanwhile does not move the others.
      await db().insertInto('moderation').values(note(guest, 9_000)).execute()
    } while (before !== undefined)
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 30])
    const seen = pages.flat()
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(notes.map(({ id }) => id)))
    const times = seen.map(({ createdAt }) => createdAt)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    expect(seen.find(({ owner }) => owner.id === ada)).toMatchObject({
      action: 'refused',
      by: 'upstream',
      model: 'omni-moderation-2024-09-26',
      categories: ['violence'],
      owner: { name: 'Ada' },
    })
    expect(seen.find(({ owner }) => owner.id === guest)).toMatchObject({ owner: { name: '' } })

    const of = await listModeration(db(), { owner: guest })
    expect(new Set(of.notes.map(({ owner }) => owner.id))).toEqual(new Set([guest]))
  })

  it('is counted within a time, with the people in it', async () => {
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()]
    const unseen = { action: 'passed', checked_by: 'nobody', categories: '[]', model: null }
    const values = [note(one, 50_000), note(one, 50_001), note(two, 50_002, unseen)]
    await db().insertInto('moderation').values(values).execute()
    expect(await countModeration(db(), 49_999)).toEqual({ refused: 2, passed: 1, people: 2 })
    expect(await countModeration(db(), 50_000)).toEqual({ refused: 1, passed: 1, people: 2 })
    expect(await countModeration(db(), 60_000)).toEqual({ refused: 0, passed: 0, people: 0 })
  })
})

it('a query that makes no sense is none', () => {
  for (const query of [{ before: '1' }, { before: "1.' or 1=1" }, { owner: 'x' }, { owner: ['a', 'b'] }]) {
    expect(moderationQuery.parse(query)).toEqual({})
  }
})
