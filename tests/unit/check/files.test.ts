import { describe, expect, test } from 'vitest'
import { findPrivate } from '../../../scripts/check/files.ts'

// Put together here, so that this file passes the check it is about.
const registry = ['https://', 'registry', '.npmjs.org/zod'].join('')
const homes = ['root', 'work', 'home/jane', 'Users/jane'].map((name) => `/${name}/project`)
const key = ['sk', 'proj', 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8v'].join('-')
const githubToken = ['ghp', 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY2z'].join('_')
const awsKey = ['AKIA', 'ABCDEFGHIJKLMNOP'].join('')
const pem = ['-----BEGIN', 'PRIVATE KEY-----'].join(' ')

describe('what must not be in a file', () => {
  test.each([
    ['a registry host', registry],
    ['a registry host', `"resolved": "${'https:'}//mirror.example/zod.tgz"`],
    ...homes.map((path): [string, string] => ["a machine's path", `cd ${path}`]),
    ["a machine's path", ['C:', 'Users', 'jane'].join('\\')],
    ['a key', `OPENAI_API_KEY=${key}`],
    ['a key', githubToken],
    ['a key', awsKey],
    ['a private key', pem],
  ])('%s: %s', (what, text) => {
    expect(findPrivate(`first line\nsecond line with ${text} in it\n`)).toEqual([{ line: 2, what }])
  })

  test('the registry host of this machine, whatever its name', () => {
    expect(findPrivate('a\nhttp://packages.internal/x', ['packages.internal'])).toEqual([
      { line: 2, what: "this machine's registry host" },
    ])
  })

  test.each([
    'OPENAI_API_KEY=sk-...',
    'sk-test-0123456789abcdef0123456789',
    'sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'https://www.npmjs.com/package/zod',
    'https://example.org/work/of/art and app/home/page.tsx',
    '/home/<user>/tain',
    '/usr/bin/chromium',
  ])('%s may be there', (text) => {
    expect(findPrivate(text)).toEqual([])
  })

  test('a finding does not repeat the secret', () => {
    expect(JSON.stringify(findPrivate(key))).not.toContain(key.slice(3))
  })
})
