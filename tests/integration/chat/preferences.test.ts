import { expect, it } from 'vitest'
import { changeOwner, eraseOwner } from '#lib/chat/change-owner.ts'
import { changePreferences, loadPreferences } from '#lib/chat/preference-store.ts'
import { defaultPreferences, withPreferences } from '#lib/chat/preferences.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'

onEveryDatabase('what a person prefers', (db) => {
  it('is the default until it is changed, field by field, and belongs to one person', async () => {
    const [ada, bob] = [crypto.randomUUID(), crypto.randomUUID()]
    expect(await loadPreferences(db(), ada)).toEqual(defaultPreferences)
    await Promise.all([
      changePreferences(db(), ada, { sendKey: 'modifier' }),
      changePreferences(db(), ada, { notes: 'Ich heiße 阿达。', usesNotes: true }),
    ])
    expect(await changePreferences(db(), ada, { sendKey: 'enter', model: 'm' })).toEqual({
      ...defaultPreferences,
      notes: 'Ich heiße 阿达。',
      usesNotes: true,
      model: 'm',
    })
    expect(await loadPreferences(db(), bob)).toEqual(defaultPreferences)
  })

  it('goes with a guest into an account, where that has not chosen already, and is erased with its owner', async () => {
    const [guest, account] = [crypto.randomUUID(), crypto.randomUUID()]
    await changePreferences(db(), guest, { theme: 'dark', textSize: 'large' })
    await changePreferences(db(), account, { theme: 'light' })
    await changeOwner(db(), guest, account)
    expect(await loadPreferences(db(), account)).toMatchObject({ theme: 'light', textSize: 'large' })
    expect(await loadPreferences(db(), guest)).toEqual(defaultPreferences)
    await eraseOwner(db(), account)
    expect(await loadPreferences(db(), account)).toEqual(defaultPreferences)
  })

  it('of another version counts as far as it is understood', async () => {
    const owner = crypto.randomUUID()
    const stored = { theme: '"sepia"', textSize: '"large"', notes: 'broken', later: '1' }
    const values = Object.entries(stored).map(([name, value]) => ({ owner, name, value }))
    await db().insertInto('preference').values(values).execute()
    expect(await loadPreferences(db(), owner)).toEqual({ ...defaultPreferences, textSize: 'large' })
  })
})

it('instructions hold where a conversation has none; notes are added when they are switched on', () => {
  const prefers = { ...defaultPreferences, instructions: 'Be brief.', notes: 'I am Ada.', usesNotes: true }
  expect(withPreferences({}, prefers).instructions).toMatch(/^Be brief\.\n\n.*:\nI am Ada\.$/)
  expect(withPreferences({ instructions: 'In verse.' }, prefers).instructions).toMatch(/^In verse\.\n\n/)
  expect(withPreferences({ model: 'm' }, { ...prefers, usesNotes: false })).toEqual({
    model: 'm',
    instructions: 'Be brief.',
  })
  expect(withPreferences({ model: 'm' }, defaultPreferences)).toEqual({ model: 'm' })
})
