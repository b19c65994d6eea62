import { beforeAll, expect, it } from 'vitest'
import { changeAccount, createAccount, findByPassword, setPassword } from '#lib/accounts/accounts.ts'
import { createApiToken, findTokenOwner } from '#lib/accounts/api-tokens.ts'
import {
  createAccessCode,
  createOneTimeCode,
  enterByAccessCode,
  listAccessCodes,
  signUpByInvitation,
  takeOneTimeCode,
  withdrawAccessCode,
} from '#lib/accounts/codes.ts'
import { digestOf } from '#lib/accounts/digest.ts'
import { isOpen } from '#lib/accounts/open-accounts.ts'
import { createOwner } from '#lib/accounts/owner.ts'
import { admitIdentity } from '#lib/accounts/providers/admit-identity.ts'
import { linkIdentity } from '#lib/accounts/providers/links.ts'
import { openSession, roleOfSession } from '#lib/accounts/session-rows.ts'
import { tryOnce } from '#lib/accounts/tries.ts'
import { changeOwner, eraseOwner } from '#lib/chat/change-owner.ts'
import { listConversations } from '#lib/chat/conversations.ts'
import { storeTurn } from '#lib/chat/runs/run-store.ts'
import { searchConversations } from '#lib/chat/search.ts'
import { provideConfig } from '#lib/config.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { newQuestion } from '#tests/support/site-client.ts'

const PASSWORD = 'a quiet silver mirror'
let count = 0
const person = () => ({ name: 'Ada', email: `ada${count++}@example.org`, password: PASSWORD })
const settled = async (promises: Promise<unknown>[]) =>
  (await Promise.allSettled(promises)).map(({ status }) => status).sort()

beforeAll(() => {
  provideConfig({ AUTH_SECRET: 's'.repeat(32) })
})

onEveryDatabase('accounts', (db) => {
  it('has one owner, however many claim the site at once', async () => {
    const claims = await settled([1, 2, 3, 4].map(() => createOwner(db(), person())))
    expect(claims).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected'])
    await expect(createOwner(db(), person())).rejects.toMatchObject({ status: 409, code: 'has_owner' })
  })

  it('signs in with the right password only, and knows an address once', async () => {
    const ada = person()
    const id = await createAccount(db(), ada)
    expect(await findByPassword(db(), ada.email, PASSWORD)).toBe(id)
    expect(await findByPassword(db(), ada.email, `${PASSWORD} `)).toBeNull()
    expect(await findByPassword(db(), 'nobody@example.org', PASSWORD)).toBeNull()
    await expect(createAccount(db(), ada)).rejects.toMatchObject({ code: 'email_taken', field: 'email' })
  })

  it('lets ten wrong tries through in an hour, also when fifty come at once', async () => {
    let checks = 0
    const wrong = (now: number) =>
      tryOnce(
        db(),
        'here',
        async () => {
          checks++
          return null
        },
        now,
      )
    await settled(Array.from({ length: 50 }, () => wrong(1_000)))
    expect(checks).toBe(10)
    await expect(tryOnce(db(), 'here', async () => true, 2_000)).rejects.toMatchObject({ status: 429 })
    expect(await tryOnce(db(), 'elsewhere', async () => true, 2_000)).toBe(true)
    expect(await tryOnce(db(), 'here', async () => true, 1_000 + 3_600_000)).toBe(true)
  })

  it('lets more through where more is allowed, and no more than that', async () => {
    const tried = Array.from({ length: 40 }, () => tryOnce(db(), 'sign-up', async () => null, Date.now(), 30))
    const outcomes = await settled(tried)
    expect(outcomes.filter((status) => status === 'fulfilled')).toHaveLength(30)
  })

  it('counts no right tries', async () => {
    for (let i = 0; i < 12; i++) expect(await tryOnce(db(), 'right', async () => 1)).toBe(1)
  })

  it('uses an invitation once, and not when the account could not be made', async () => {
    const ada = person()
    const code = await createOneTimeCode(db(), 'invite', 'owner')
    expect(await takeOneTimeCode(db(), 'reset', code)).toBeNull()
    await createAccount(db(), ada)
    await expect(signUpByInvitation(db(), ada, code)).rejects.toMatchObject({ code: 'email_taken' })
    const ids = await Promise.all([1, 2, 3].map(() => signUpByInvitation(db(), person(), code)))
    expect(ids.filter((id) => id !== null)).toHaveLength(1)
  })

  it('ends sessions with the password, with the account, and with the access code', async () => {
    const id = await createAccount(db(), person())
    const [kept, other] = [await openSession(db(), id, 'A'), await openSession(db(), id, 'B')]
    await setPassword(db(), id, 'another quiet mirror', kept)
    expect(await roleOfSession(db(), kept, id)).toBe('user')
    expect(await roleOfSession(db(), other, id)).toBeNull()
    expect(await changeAccount(db(), id, { disabled: true }, ['user'])).toBe(true)
    expect(await roleOfSession(db(), kept, id)).toBeNull()

    const code = await createAccessCode(db(), { name: 'Family', days: 1 })
    const guest = await enterByAccessCode(db(), code)
    if (!guest) throw new Error('the code was refused')
    const session = await openSession(db(), guest, 'C')
    expect(await roleOfSession(db(), session, guest)).toBe('user')
    const admin = await enterByAccessCode(db(), code)
    expect(await changeAccount(db(), admin ?? '', { role: 'admin' }, ['user'])).toBe(true)
    const issuer = `https://${guest}.example.org`
    const identity = { issuer, subject: 's', name: 'Aunt', email: undefined }
    expect(await linkIdentity(db(), guest, identity)).toBe(true)
    const rules = { domains: [], isOpenToNew: true }
    expect(await admitIdentity(db(), identity, rules, undefined)).toEqual({ accountId: guest })
    const { token } = await createApiToken(db(), guest, { name: 'laptop' })
    expect(await findTokenOwner(db(), digestOf(token))).toMatchObject({ id: guest })

    const [family] = await listAccessCodes(db())
    await withdrawAccessCode(db(), family?.id ?? '')
    expect(await roleOfSession(db(), session, guest)).toBeNull()
    expect(await enterByAccessCode(db(), code)).toBeNull()
    expect(await findTokenOwner(db(), digestOf(token))).toBeNull()
    expect(await admitIdentity(db(), identity, rules, undefined)).toEqual({ problem: 'account_closed' })
    expect(await isOpen(db(), admin ?? '')).toBe(true)
  })

  it('moves a guest’s conversations, findable as before, and erases them', async () => {
    const ask = newQuestion({ text: '白银与玻璃' })
    await storeTurn(db(), 'guest-1', ask, Date.now())
    await changeOwner(db(), 'guest-1', 'account-1')
    expect(await listConversations(db(), 'guest-1')).toEqual([])
    expect(await listConversations(db(), 'account-1')).toMatchObject([{ id: ask.conversationId }])
    expect((await searchConversations(db(), 'account-1', '白银', 10)).hits).toHaveLength(1)
    expect((await searchConversations(db(), 'guest-1', '白银', 10)).hits).toHaveLength(0)
    expect(await eraseOwner(db(), 'account-1')).toMatchObject({
      conversations: 1,
      messages: 2,
      files: 0,
      shares: 0,
      folders: 0,
      prompts: 0,
      settings: 0,
    })
    expect((await searchConversations(db(), 'account-1', '白银', 10)).hits).toHaveLength(0)
  })

  it('moves everything that has an owner', async () => {
    const tables = await db().introspection.getTables()
    const owned = tables.filter(({ columns }) => columns.some(({ name }) => name === 'owner'))
    // A table that is added here has to be moved by `changeOwner` and erased by `eraseOwner`.
    const names = owned.map(({ name }) => name).sort()
    expect(names).toEqual([
      'acceptance',
      'conversation',
      'file',
      'folder',
      'moderation',
      'preference',
      'prompt',
      'report',
      'search_row',
    ])
  })
})
