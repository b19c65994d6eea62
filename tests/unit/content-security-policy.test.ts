import { expect, test } from 'vitest'
import { contentSecurityPolicy } from '#lib/content-security-policy.ts'

const directivesOf = (policy: string) =>
  Object.fromEntries(policy.split('; ').map((line) => [line.split(' ')[0], line.split(' ').slice(1)]))

test('a CDN is a place for files, and for nothing else', () => {
  const without = directivesOf(contentSecurityPolicy('n'))
  const cdn = directivesOf(contentSecurityPolicy('n', { assetPrefix: 'https://cdn.example.org/tain' }))
  const changed = Object.keys(cdn).filter((name) => String(cdn[name]) !== String(without[name]))
  expect(changed).toEqual(['script-src', 'style-src', 'font-src'])
  for (const name of changed)
    expect(cdn[name]).toEqual(expect.arrayContaining(["'self'", 'https://cdn.example.org']))
})
