import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** What phones of some years ago do not have (Safari 16.4, Chrome 111), and would end the whole page over. */
const NEWER = [
  'Promise.withResolvers',
  'Promise.try',
  'URL.parse(',
  'URL.canParse(',
  'Array.fromAsync',
  'Object.groupBy',
  'Map.groupBy',
  'AbortSignal.any',
  'RegExp.escape',
  'Iterator.from',
  '.isSubsetOf(',
  'Intl.DurationFormat',
]

/** The page's own code, and that of lib which it shares with the server. */
function filesOfPage(): string[] {
  const files = new Set(globSync('components/**/*.{ts,tsx}'))
  for (const file of files) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(
      /^import (?!type)[^;]*? from '#(lib\/[^']+)'$/gm,
    )) {
      if (name) files.add(name)
    }
  }
  return [...files]
}

test('the page asks for nothing that browsers of 2023 lack', () => {
  const files = filesOfPage()
  expect(files).toContain('lib/chat/message-tree.ts')
  const found = files.flatMap((file) => {
    const code = readFileSync(file, 'utf8')
    return NEWER.filter((name) => code.includes(name)).map((name) => `${file}: ${name}`)
  })
  expect(found).toEqual([])
})
