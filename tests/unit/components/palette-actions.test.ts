import { expect, test } from 'vitest'
import { hasAllWords } from '#components/chat/find/has-all-words.ts'
import { findableActions } from '#components/chat/palette/palette-entries.tsx'
import { shortcutGroups } from '#components/chat/palette/shortcuts-sheet.tsx'

const nothing = () => {}
const hands = { newChat: nothing, toggleSidebar: nothing, switchLanguage: nothing, chooseTheme: nothing }

test.each([
  ['en', 'share this', null, []],
  ['en', 'share this', 'c', ['share']],
  ['en', 'find in this', null, []],
  ['en', 'find in this', 'c', ['find']],
  ['zh-CN', 'share', 'c', ['share', 'shares']],
  ['en', '深色', null, ['dark']],
  ['zh-CN', 'DARK', null, ['dark']],
  ['en', 'language', null, ['language']],
  ['zh-CN', '语言', null, ['language']],
  ['zh-CN', '切换到中文', null, []],
] as const)('in %s the palette finds for “%s” with %s open: %j', (locale, query, openId, ids) => {
  const found = findableActions(locale, hands, openId).filter(({ words }) => hasAllWords(words, query))
  expect(found.map(({ id }) => id)).toEqual(ids)
})

test('the sheet of shortcuts says how this person sends', () => {
  const keysOf = (sendKey: 'enter' | 'modifier') =>
    Object.fromEntries(shortcutGroups(sendKey).flatMap(({ keys }) => keys))
  expect(keysOf('enter')).toMatchObject({ send: ['↵'], line: ['⇧', '↵'] })
  expect(keysOf('modifier')).toMatchObject({ send: ['Ctrl', '↵'], line: ['↵'] })
})
