import { expect, test } from 'vitest'
import { arrange, foldersBehind } from '#components/chat/folders/arrange.ts'
import type { Conversation } from '#lib/chat/contract.ts'
import { sampleConversation } from '#tests/support/samples.ts'

const conversation = (id: string, over: Partial<Conversation> = {}) =>
  sampleConversation({ id, title: id, ...over })
const folder = (id: string, name: string) => ({ id, name, isCollapsed: false })
const ids = (some: readonly Conversation[]) => some.map(({ id }) => id)

test('each conversation in use has one place: pinned, its folder, or among the others', () => {
  const { pinned, folders, others } = arrange(
    [
      conversation('plain'),
      conversation('inside', { folderId: 'f2' }),
      conversation('pinned early', { pinnedAt: 1, folderId: 'f2' }),
      conversation('pinned late', { pinnedAt: 2 }),
      conversation('of a folder that is gone', { folderId: 'f9' }),
      conversation('put away', { archivedAt: 1, folderId: 'f2' }),
    ],
    [folder('f10', 'Part 10'), folder('f2', 'Part 2')],
    'en',
  )
  expect(ids(pinned)).toEqual(['pinned late', 'pinned early'])
  expect(folders.map((one) => [one.folder.name, ids(one.conversations)])).toEqual([
    ['Part 2', ['inside']],
    ['Part 10', []],
  ])
  expect(ids(others)).toEqual(['plain', 'of a folder that is gone'])
})

test('of many folders those stay in sight that were asked in last, and the one that came last', () => {
  const many = Array.from({ length: 9 }, (_, at) => folder(`f${at}`, `Part ${at}`))
  const used = [3, 5, 1, 7, 0].map((at, order) =>
    conversation(`in ${at}`, { folderId: `f${at}`, updatedAt: 100 - order }),
  )
  const { folders } = arrange([...used, conversation('older in 1', { folderId: 'f1' })], many, 'en')
  expect([...foldersBehind(folders, 'f8')].sort()).toEqual(['f2', 'f4', 'f6'])
  expect(foldersBehind(folders.slice(1), 'f8').size).toBe(0)
})
