import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../..')
const skipped = new Set(['node_modules', '.git', '.next', '.tmp', 'lib'])

/** All Markdown of the project but that of its pages, by path from its root. */
const documents = new Map(
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(
      ({ name, parentPath }) =>
        name.endsWith('.md') && !partsOf(parentPath).some((part) => skipped.has(part)),
    )
    .map(({ name, parentPath }) => path.relative(root, path.join(parentPath, name)))
    .map((file) => [file, readFileSync(path.join(root, file), 'utf8')]),
)

function partsOf(directory: string): string[] {
  return path.relative(root, directory).split(path.sep)
}

const CODE = /^ *```[\s\S]*?^ *```$/gm
const withoutCode = (text: string) => text.replaceAll(CODE, '').replaceAll(/`[^`\n]*`/g, '')

/** As GitHub names a heading's anchor. */
function anchorsOf(text: string): string[] {
  const headings = text.replaceAll(CODE, '').matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test('every link from one document to another, or to code, leads somewhere', () => {
  const lost: string[] = []
  for (const [file, text] of documents) {
    for (const [, target = ''] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(target)) continue
      const [to = '', anchor] = target.split('#')
      const found = to === '' ? file : path.join(path.dirname(file), to)
      const isThere = documents.has(found) || isInProject(found)
      const heads = anchor === undefined || anchorsOf(documents.get(found) ?? '').includes(anchor)
      if (!isThere || !heads) lost.push(`${file}: ${target}`)
    }
  }
  expect(lost).toEqual([])
})

function isInProject(file: string): boolean {
  const directory = path.join(root, path.dirname(file))
  return readdirSync(directory).includes(path.basename(file))
}

/** What a translation keeps: levels of headings, columns of tables' rows, lines of code, items of lists, in their order. */
function shapeOf(text: string): string[] {
  const prose = text.replaceAll(CODE, (code) => `code of ${code.split('\n').length} lines`)
  return prose.split('\n').flatMap((line) => {
    if (line.includes('code of ')) return [line.trim()]
    const mark = /^(#+|\s*(?:-|\d+\.)) /.exec(line)?.[1]
    if (mark !== undefined) return [mark.replace(/\d+/, '1').trim()]
    return line.startsWith('|') ? [`${line.replaceAll('\\|', '').split('|').length} bars`] : []
  })
}

const translations = [...documents.keys()].filter((file) => file.endsWith('.zh-CN.md'))

test.each(translations)('%s says what its English original says, piece by piece', (file) => {
  const original = file.replace('.zh-CN.md', '.md')
  const [chinese = '', english = ''] = [documents.get(file), documents.get(original)]
  expect(shapeOf(chinese)).toEqual(shapeOf(english))
  expect(chinese).toContain(`[English](${path.basename(original)})`)
  expect(english).toContain(`[简体中文](${path.basename(file)})`)
})
