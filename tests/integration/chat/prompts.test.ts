import { expect, it } from 'vitest'
import { changeOwner, eraseOwner } from '#lib/chat/change-owner.ts'
import { deletePrompt, listPrompts, savePrompts } from '#lib/chat/prompt-store.ts'
import { MAX_PROMPTS } from '#lib/chat/prompts.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'

const prompt = (title: string, folder = '') => ({
  id: crypto.randomUUID(),
  title,
  folder,
  text: `Say ${title}.`,
})

onEveryDatabase('prompts', (db) => {
  it('are kept by folder and title, replaced by id and deleted, each person for themselves', async () => {
    const [ada, bob] = [crypto.randomUUID(), crypto.randomUUID()]
    const [b, a, inFolder] = [prompt('B'), prompt('A'), prompt('甲', '写作')]
    await savePrompts(db(), ada, [b, a, inFolder])
    await savePrompts(db(), bob, [{ ...a, title: 'Of Bob' }])
    await deletePrompt(db(), bob, b.id)
    await savePrompts(db(), ada, [{ ...a, title: 'C' }])
    expect(await listPrompts(db(), ada)).toEqual([b, { ...a, title: 'C' }, inFolder])
    await deletePrompt(db(), ada, b.id)
    await deletePrompt(db(), ada, b.id)
    expect((await listPrompts(db(), ada)).map(({ title }) => title)).toEqual(['C', '甲'])
    await changeOwner(db(), bob, ada)
    expect((await listPrompts(db(), ada)).map(({ title }) => title)).toEqual(['C', '甲'])
    expect(await listPrompts(db(), bob)).toEqual([])
    await eraseOwner(db(), ada)
    expect(await listPrompts(db(), ada)).toEqual([])
  })

  it('too many are not kept at all', async () => {
    const owner = crypto.randomUUID()
    await savePrompts(
      db(),
      owner,
      Array.from({ length: MAX_PROMPTS }, (_, index) => prompt(String(index))),
    )
    await expect(savePrompts(db(), owner, [prompt('one'), prompt('more')])).rejects.toMatchObject({
      status: 409,
    })
    expect(await listPrompts(db(), owner)).toHaveLength(MAX_PROMPTS)
  })
})
