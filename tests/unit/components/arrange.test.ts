import { expect, test } from 'vitest'
import { arrange } from '#components/chat/folders/arrange.ts'
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
