import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileNameFor } from '#components/chat/markdown/file-name-for.ts'
import { type CodePiece, highlight, languageOf, loadLanguage } from '#components/chat/markdown/highlight.ts'

const textOf = (pieces: readonly CodePiece[]): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : textOf(piece.pieces))).join('')

test('knows languages by the names that models use', () => {
  expect(['Python', 'py', 'TSX', 'c++', 'sh', 'yml', 'html'].map(languageOf)).toEqual([
    'python',
    'python',
    'typescript',
    'cpp',
    'bash',
    'yaml',
    'xml',
  ])
  expect(['', 'nonsense', 'constructor', '__proto__'].map(languageOf)).toEqual(Array(4).fill(undefined))
})

test('names kinds', async () => {
  await loadLanguage('python')
  expect(highlight('python', 'def f(): return "x"  # why')).toEqual(
    expect.arrayContaining([
      { kind: 'keyword', pieces: ['def'] },
      { kind: 'string', pieces: ['"x"'] },
      { kind: 'comment', pieces: ['# why'] },
    ]),
  )
})

test('loses no character of any code', async () => {
  const languages = ['typescript', 'python', 'xml', 'bash', 'json', 'css', 'markdown', 'sql']
  await Promise.all(languages.map(loadLanguage))
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('"', "'", '`', '${', '</script>', '{', '\n', '/*', '//', '中文 😀', '\\'),
  )
  fc.assert(
    fc.property(fc.constantFrom(...languages), fc.array(piece, { maxLength: 20 }), (language, pieces) => {
      const code = pieces.join('')
      expect(textOf(highlight(language, code))).toBe(code)
    }),
    { numRuns: 300 },
  )
})

test('a file is named for its language, and only for a plain one', () => {
  expect(
    ['python', 'TypeScript', 'sql', 'c++', undefined, '../../etc/passwd', 'dockerfile'].map(fileNameFor),
  ).toEqual(['code.py', 'code.ts', 'code.sql', 'code.cpp', 'code.txt', 'code.txt', 'Dockerfile'])
})
