import { expect, test } from 'vitest'
import {
  endSelection,
  selectThrough,
  toggleSelected,
} from '#components/chat/selection/select-conversations.ts'
import { ChatStore } from '#components/chat/state/chat-store.ts'
import { forkTitle } from '#components/chat/state/fork-conversation.ts'
import { MAX_TITLE_CHARS } from '#lib/chat/parts.ts'
import { defaultPreferences } from '#lib/chat/preferences.ts'
import { messageMenuTexts } from '#lib/i18n/rooms/message-menu.ts'

const shown = ['a', 'b', 'c', 'd', 'e']
const newStore = () =>
  new ChatStore({ preferences: defaultPreferences, conversations: [], detail: null }, () => undefined)
const selected = (store: ChatStore) => [...(store.getState().selectedIds ?? ['none'])].sort()

test('one is selected and no longer; Shift selects from the last one, in both directions', () => {
  const store = newStore()
  expect(selected(store)).toEqual(['none'])
  toggleSelected(store, 'c')
  selectThrough(store, 'e', null, shown)
  expect(selected(store)).toEqual(['c', 'd', 'e'])
  selectThrough(store, 'b', null, shown)
  expect(selected(store)).toEqual(['b', 'c', 'd', 'e'])
  toggleSelected(store, 'd')
  expect(selected(store)).toEqual(['b', 'c', 'e'])
  endSelection(store)
  expect(selected(store)).toEqual(['none'])
})

test('a selection that begins with Shift begins at the open conversation, if that is in the list', () => {
  const store = newStore()
  selectThrough(store, 'd', 'b', shown)
  expect(selected(store)).toEqual(['b', 'c', 'd'])
  endSelection(store)
  selectThrough(store, 'd', 'elsewhere', shown)
  expect(selected(store)).toEqual(['d'])
})

test('a fork is called after its conversation, once, and never longer than a title may be', () => {
  for (const { forked } of Object.values(messageMenuTexts)) {
    const title = forkTitle('Mirrors', forked)
    expect(title).toMatch(/^Mirrors.+/)
    expect(forkTitle(title, forked)).toBe(title)
    expect(forkTitle('x'.repeat(MAX_TITLE_CHARS), forked)).toHaveLength(MAX_TITLE_CHARS)
  }
})
