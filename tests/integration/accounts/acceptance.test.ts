import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { changeOwner, eraseOwner } from '#lib/chat/change-owner.ts'
import { acceptTerms, requireAcceptance, termsView } from '#lib/legal/acceptance.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'

/** What the settings and the network say; each test changes it. */
const now = { config: {} as Record<string, unknown>, isLocal: false }
vi.mock('#lib/config.ts', async (original) => {
  const actual = await original<typeof import('#lib/config.ts')>()
  return { ...actual, getConfig: () => ({ ...actual.parseConfig({}), ...now.config }) }
})
vi.mock('#lib/current-visitor.ts', () => ({
  currentVisitor: async () => ({ bucket: 'b', isLocal: now.isLocal }),
}))

let additions: string
beforeAll(async () => {
  additions = await mkdtemp(path.join(tmpdir(), 'tain-legal-'))
})
afterAll(() => rm(additions, { recursive: true }))

const notAccepted = { status: 428, code: 'terms_not_accepted' }
const accept = async (locale: 'en' | 'zh-CN' = 'en', age?: number) => ({
  edition: (await termsView()).edition,
  locale,
  ...(age !== undefined && { age }),
})

onEveryDatabase('acceptance of the terms', (db) => {
  it('is asked of everybody from elsewhere, once, with what was read on record', async () => {
    now.config = {}
    const ada = crypto.randomUUID()
    await expect(requireAcceptance(db(), ada)).rejects.toMatchObject(notAccepted)
    await Promise.all([1, 2].map(async () => acceptTerms(db(), ada, await accept('zh-CN'), 5)))
    await requireAcceptance(db(), ada)
    const rows = await db().selectFrom('acceptance').selectAll().where('owner', '=', ada).execute()
    expect(rows).toMatchObject([{ locale: 'zh-CN', minimum_age: 0 }])
    expect(Number(rows[0]?.accepted_at)).toBe(5)
    const text = db().selectFrom('legal_text').selectAll()
    const terms = await text.where('sha256', '=', rows[0]?.terms_sha256 ?? '').executeTakeFirst()
    expect(terms).toMatchObject({ name: 'terms', locale: 'zh-CN' })
    expect(terms?.markdown).toContain('没有隶属、合作关系')
    await expect(requireAcceptance(db(), crypto.randomUUID())).rejects.toMatchObject(notAccepted)
  })

  it('is asked as ACCEPT_TERMS says', async () => {
    const nobody = crypto.randomUUID()
    for (const [setting, isLocal, isAsked] of [
      [undefined, true, false],
      ['off', false, false],
      ['on', true, true],
    ] as const) {
      Object.assign(now, { config: { ACCEPT_TERMS: setting }, isLocal })
      const outcome = await requireAcceptance(db(), nobody).then(
        () => false,
        () => true,
      )
      expect([setting, isLocal, outcome]).toEqual([setting, isLocal, isAsked])
    }
    now.isLocal = false
  })

  it('is asked again when what answers, or the operator’s addition, is another', async () => {
    now.config = { LEGAL_DIR: additions }
    const ada = crypto.randomUUID()
    const first = await accept()
    await acceptTerms(db(), ada, first, 1)
    await writeFile(path.join(additions, 'privacy.en.md'), `More, for ${ada}.`)
    await expect(requireAcceptance(db(), ada)).rejects.toMatchObject(notAccepted)
    await expect(acceptTerms(db(), ada, first, 2)).rejects.toMatchObject({ code: 'terms_changed' })
    await acceptTerms(db(), ada, await accept(), 2)
    await requireAcceptance(db(), ada)
    now.config = { LEGAL_DIR: additions, OPENAI_BASE_URL: 'https://else.example.org/v1' }
    await expect(requireAcceptance(db(), ada)).rejects.toMatchObject(notAccepted)
  })

  it('asks for an age where the operator wants one, and again when it is raised', async () => {
    now.config = { MINIMUM_AGE: 14 }
    const ada = crypto.randomUUID()
    await expect(acceptTerms(db(), ada, await accept(), 1)).rejects.toMatchObject({ field: 'age' })
    await acceptTerms(db(), ada, await accept('en', 14), 1)
    await requireAcceptance(db(), ada)
    now.config = { MINIMUM_AGE: 18 }
    await expect(requireAcceptance(db(), ada)).rejects.toMatchObject(notAccepted)
    await acceptTerms(db(), ada, await accept('en', 18), 2)
    await requireAcceptance(db(), ada)
  })

  it('goes with a guest into an account, and is erased with it', async () => {
    now.config = {}
    const [guest, account] = [crypto.randomUUID(), crypto.randomUUID()]
    await acceptTerms(db(), guest, await accept(), 1)
    await changeOwner(db(), guest, account)
    await requireAcceptance(db(), account)
    await expect(requireAcceptance(db(), guest)).rejects.toMatchObject(notAccepted)
    await eraseOwner(db(), account)
    await expect(requireAcceptance(db(), account)).rejects.toMatchObject(notAccepted)
  })
})
