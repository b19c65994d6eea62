import { expect, it } from 'vitest'
import { changeOwner, eraseOwner } from '#lib/chat/change-owner.ts'
import { changeConversation, changeConversations } from '#lib/chat/conversation-changes.ts'
import { findConversation, listConversations } from '#lib/chat/conversations.ts'
import { changeFolder, createFolder, deleteFolder, folderOfName, listFolders } from '#lib/chat/folders.ts'
import { storeTurn } from '#lib/chat/runs/run-store.ts'
import type { Database } from '#lib/db/schema.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { newQuestion } from '#tests/support/site-client.ts'

/** An owner with a folder and some conversations. */
async function person(db: Database, conversations = 1) {
  const owner = crypto.randomUUID()
  const folder = await createFolder(db, owner, { id: crypto.randomUUID(), name: 'Mirrors' }, 1)
  const ids: string[] = []
  for (let count = 0; count < conversations; count++) {
    ids.push((await storeTurn(db, owner, newQuestion(), 1_000 + count)).conversation.id)
  }
  const changeAll = (change: Parameters<typeof changeConversations>[2]['change'], some = ids) =>
    changeConversations(db, owner, { ids: some, change }, 5_000)
  const folderIds = async () => (await listConversations(db, owner)).map(({ folderId }) => folderId)
  return { owner, folder, ids, changeAll, folderIds }
}

onEveryDatabase('folders', (db) => {
  it('are made once, renamed and folded by their owner, and by nobody else', async () => {
    const { owner, folder } = await person(db())
    expect(await createFolder(db(), owner, { id: folder.id, name: 'Again' }, 2)).toEqual(folder)
    await expect(createFolder(db(), 'other', { id: folder.id, name: 'Mine' }, 2)).rejects.toMatchObject({
      status: 409,
    })
    expect(await changeFolder(db(), 'other', folder.id, { name: 'Mine' })).toBe(false)
    expect(await deleteFolder(db(), 'other', folder.id)).toBe(false)
    expect(await changeFolder(db(), owner, folder.id, { name: 'Glass' })).toBe(true)
    expect(await changeFolder(db(), owner, folder.id, { isCollapsed: true })).toBe(true)
    expect(await listFolders(db(), owner)).toEqual([{ id: folder.id, name: 'Glass', isCollapsed: true }])
    expect(await listFolders(db(), 'other')).toEqual([])
  })

  it("are where a conversation begins, if they are the owner's", async () => {
    const { owner, folder, folderIds } = await person(db(), 0)
    const begin = (folderId: string) => storeTurn(db(), owner, { ...newQuestion(), folderId }, 1_000)
    await begin(folder.id)
    await begin((await person(db())).folder.id)
    expect((await folderIds()).toSorted()).toEqual([folder.id, null].toSorted())
  })

  it('hold conversations until they are moved out, or the folder is deleted; archiving keeps them in it', async () => {
    const { owner, folder, ids, changeAll, folderIds } = await person(db(), 2)
    const [id = ''] = ids
    const revision = (await findConversation(db(), owner, id))?.revision ?? -1
    const moved = await changeConversation(db(), owner, id, { revision, folderId: folder.id }, 5_000)
    expect(moved).toMatchObject({
      outcome: 'changed',
      conversation: { folderId: folder.id, updatedAt: 1_000 },
    })
    await changeAll({ archived: true })
    await changeAll({ archived: false })
    expect((await findConversation(db(), owner, id))?.folderId).toBe(folder.id)
    await changeAll({ folderId: folder.id })
    expect(await folderIds()).toEqual([folder.id, folder.id])
    await changeAll({ folderId: null }, [id])
    expect((await findConversation(db(), owner, id))?.folderId).toBeNull()
    expect(await deleteFolder(db(), owner, folder.id)).toBe(true)
    expect(await folderIds()).toEqual([null, null])
  })

  it('of others hold nothing', async () => {
    const { changeAll, folderIds } = await person(db())
    const other = await person(db())
    await changeAll({ folderId: other.folder.id })
    expect(await folderIds()).toEqual([null])
  })

  it('go to the account of a guest who signs in, and with the account', async () => {
    const { owner, folder, changeAll } = await person(db())
    await changeAll({ folderId: folder.id })
    await changeOwner(db(), owner, `${owner}-2`)
    expect(await listFolders(db(), `${owner}-2`)).toEqual([folder])
    expect(await listConversations(db(), `${owner}-2`)).toMatchObject([{ folderId: folder.id }])
    await eraseOwner(db(), `${owner}-2`)
    expect(await listFolders(db(), `${owner}-2`)).toEqual([])
  })

  it('are found by name when something is imported, and made where there is none', async () => {
    const { owner, folder } = await person(db())
    const named = (name: string) =>
      db()
        .transaction()
        .execute((tx) => folderOfName(tx, owner, name, 9))
    expect(await named(' Mirrors ')).toBe(folder.id)
    expect(await named('')).toBeNull()
    const made = await named('Glass\n')
    expect(await named('Glass')).toBe(made)
    expect(await listFolders(db(), owner)).toHaveLength(2)
  })
})

onEveryDatabase('changing many conversations', (db) => {
  it('archives, deletes and brings back what is the owner’s, and counts each change', async () => {
    const { owner, ids, changeAll } = await person(db(), 3)
    const other = await person(db())
    const revisions = (await listConversations(db(), owner)).map(({ revision }) => revision)
    const deleted = await changeAll({ deleted: true }, [...ids.slice(1), ...other.ids])
    expect(deleted.map(({ id, deletedAt }) => [id, deletedAt]).sort()).toEqual(
      ids
        .slice(1)
        .map((id) => [id, 5_000])
        .sort(),
    )
    expect(await listConversations(db(), other.owner)).toHaveLength(1)
    expect(await changeAll({ archived: true })).toMatchObject([{ id: ids[0] }])
    expect(await listConversations(db(), owner)).toEqual([])
    await changeAll({ deleted: false })
    await changeAll({ archived: false })
    const after = await listConversations(db(), owner)
    expect(after).toHaveLength(3)
    expect(after.every(({ revision }, index) => revision > (revisions[index] ?? 0))).toBe(true)
  })
})
