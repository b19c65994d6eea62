import { expect, it, vi } from 'vitest'
import { findAccount, insertAccount } from '#lib/accounts/accounts.ts'
import { signUpRequest } from '#lib/accounts/contract.ts'
import { changeOwner, eraseOwner } from '#lib/chat/change-owner.ts'
import { storeTurn } from '#lib/chat/runs/run-store.ts'
import { createShare, findShare } from '#lib/chat/sharing/shares.ts'
import { DAY_MS } from '#lib/day.ts'
import { eraseDue } from '#lib/db/expiring.ts'
import type { Database } from '#lib/db/schema.ts'
import { type ReportView, shareReport } from '#lib/legal/report-contract.ts'
import {
  countOpenReports,
  decideReport,
  listReports,
  oldReports,
  reportAnswer,
  reportShare,
} from '#lib/legal/reports.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { newQuestion } from '#tests/support/site-client.ts'

vi.mock('#lib/accounts/auth-secret.ts', () => ({ requireSecret: () => 'a secret of these tests' }))

const complaint = { reason: 'harmful' as const, comment: 'Look at the second line.' }
const from = (bucket: string) => ({ owner: null, bucket })

/** A conversation of `owner` with one answer, and a share of it. */
async function shared(db: Database, owner: string) {
  const question = newQuestion({ text: 'What is a mirror?' })
  await storeTurn(db, owner, question, 1)
  const parts = JSON.stringify([{ type: 'text', text: 'A **calm** surface.' }])
  await db
    .updateTable('message')
    .set({ parts, status: 'complete', model: 'm' })
    .where('id', '=', question.answerId)
    .execute()
  const { conversationId, answerId } = question
  const share = await createShare(db, owner, { conversationId, leafId: answerId, lifetimeDays: null }, 1)
  if (!share) throw new Error('nothing was shared')
  return { answerId, shareId: share.id }
}

const find = async (db: Database, which: (report: ReportView) => boolean): Promise<ReportView> => {
  const report = (await listReports(db)).find(which)
  if (!report) throw new Error('there is no such report')
  return report
}

onEveryDatabase('reports', (db) => {
  it('keep the answer as it was, for its owner alone, and what was decided, once', async () => {
    const [ada, eve] = [crypto.randomUUID(), crypto.randomUUID()]
    const { answerId } = await shared(db(), ada)
    const before = await countOpenReports(db())
    expect(await reportAnswer(db(), { owner: eve, bucket: eve }, answerId, complaint, 5)).toBe(false)
    expect(await reportAnswer(db(), { owner: ada, bucket: ada }, answerId, complaint, 5)).toBe(true)
    expect(await countOpenReports(db())).toBe(before + 1)
    const report = await find(db(), ({ createdAt, shareId }) => createdAt === 5 && shareId === null)
    expect(report).toMatchObject({ ...complaint, content: 'A **calm** surface.', model: 'm', decision: null })

    const decide = (note: string) => decideReport(db(), 'admin', report.id, { action: 'other', note }, 9)
    await expect(
      decideReport(db(), 'admin', report.id, { action: 'share_removed', note: '' }, 9),
    ).rejects.toMatchObject({ code: 'share_gone' })
    const outcomes = await Promise.allSettled([decide('Told the maker of the model.'), decide('Me too.')])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await countOpenReports(db())).toBe(before)
    expect((await find(db(), ({ id }) => id === report.id)).decision).toMatchObject({
      action: 'other',
      at: 9,
    })
    expect(await decideReport(db(), 'admin', crypto.randomUUID(), { action: 'dismissed', note: '' }, 9)).toBe(
      false,
    )
  })

  it('withdraw a shared page', async () => {
    const { shareId } = await shared(db(), crypto.randomUUID())
    expect(await reportShare(db(), from('there'), 'no-such-share', complaint, 6)).toBe(false)
    expect(await reportShare(db(), from('there'), shareId, complaint, 6)).toBe(true)
    const report = await find(db(), (one) => one.shareId === shareId)
    expect(report).toMatchObject({ isShared: true, reporter: null })
    expect(report.content).toBe('What is a mirror?\n\n▸ What is a mirror?\n\nA **calm** surface.')
    await decideReport(db(), 'admin', report.id, { action: 'share_removed', note: '' }, 9)
    expect(await findShare(db(), shareId, 9)).toBeNull()
    expect(await find(db(), (one) => one.shareId === shareId)).toMatchObject({ isShared: false })
  })

  it('are limited for a day by person and by address', async () => {
    const { shareId } = await shared(db(), crypto.randomUUID())
    const report = (now: number) => reportShare(db(), from('a crowd'), shareId, complaint, now)
    for (let i = 0; i < 20; i++) await report(100)
    await expect(report(101)).rejects.toMatchObject({ status: 429, code: 'too_many_reports' })
    expect(await reportShare(db(), from('elsewhere'), shareId, complaint, 101)).toBe(true)
    expect(await report(100 + DAY_MS)).toBe(true)
  })

  it('go with a guest into an account; erased with it is what was its own', async () => {
    const [guest, account] = [crypto.randomUUID(), crypto.randomUUID()]
    const { answerId } = await shared(db(), guest)
    const { shareId } = await shared(db(), crypto.randomUUID())
    const reporter = { owner: guest, bucket: guest }
    await reportAnswer(db(), reporter, answerId, complaint, 7)
    await reportShare(db(), reporter, shareId, complaint, 7)
    const mine = () => db().selectFrom('report').select('id').where('owner', '=', account).execute()
    await changeOwner(db(), guest, account)
    expect(await mine()).toHaveLength(2)
    await eraseOwner(db(), account)
    expect(await mine()).toHaveLength(0)
    const left = await db().selectFrom('report').select('owner').where('share_id', '=', shareId).execute()
    expect(left).toEqual([{ owner: null }])
    const gone = await db().selectFrom('report').select('id').where('message_id', '=', answerId).execute()
    expect(gone).toEqual([])
  })

  it('keep what no text of PostgreSQL can hold out of it', async () => {
    const odd = JSON.parse('"Calm\\u0000 and \\ud800"')
    const { answerId, shareId } = await shared(db(), 'odd')
    const parts = JSON.stringify([{ type: 'text', text: odd }])
    await db().updateTable('message').set({ parts }).where('id', '=', answerId).execute()
    const said = shareReport.parse({ reason: 'harmful', comment: odd })
    expect(await reportAnswer(db(), { owner: 'odd', bucket: 'odd' }, answerId, said, 11)).toBe(true)
    await reportShare(db(), from('odd'), shareId, said, 12)
    expect(await find(db(), ({ createdAt }) => createdAt === 11)).toMatchObject({
      content: 'Calm and \ufffd',
      comment: 'Calm and \ufffd',
    })
    const person = { name: odd, email: 'odd@example.org', password: 'a long password' }
    const ada = await insertAccount(db(), { role: 'user', name: signUpRequest.parse(person).name })
    expect((await findAccount(db(), ada))?.name).toBe('Calm and \ufffd')
  })

  it('are erased half a year after they were dealt with', async () => {
    const { shareId } = await shared(db(), crypto.randomUUID())
    await reportShare(db(), from('far away'), shareId, complaint, 8)
    const { id } = await find(db(), (one) => one.shareId === shareId)
    const isThere = async () => (await listReports(db())).some((one) => one.id === id)
    await eraseDue(oldReports(180), db(), 8 + 1000 * DAY_MS)
    expect(await isThere()).toBe(true)
    await decideReport(db(), 'admin', id, { action: 'dismissed', note: '' }, 2000 * DAY_MS)
    await eraseDue(oldReports(180), db(), 2179 * DAY_MS)
    expect(await isThere()).toBe(true)
    await eraseDue(oldReports(180), db(), 2180 * DAY_MS)
    expect(await isThere()).toBe(false)
  })
})
