import { expect, test } from 'vitest'
import type { Provider } from '#lib/accounts/providers/configured.ts'
import { readIdentity } from '#lib/accounts/providers/identity.ts'
import { shownName } from '#lib/accounts/shown-name.ts'

const provider: Provider = { id: 'oidc', name: 'Company', issuer: 'https://login.example.org' }
const nameOf = (claims: object) => readIdentity(provider, { sub: 'x', ...claims }).name

test('a name is kept on one line with its accents composed, and measured so', () => {
  expect(shownName.parse('  A\u030angstro\u0308m\n\0 A ')).toBe('Ångström A')
  expect(shownName.parse('é'.repeat(80).normalize('NFD'))).toBe('é'.repeat(80))
  for (const name of ['', ' \n ', 'x'.repeat(81)]) expect(shownName.safeParse(name).success).toBe(false)
})

test('the name that a service tells is kept likewise, and cut', () => {
  expect(nameOf({ name: ' Jose\u0301\0 B ' })).toBe('José B')
  expect(nameOf({ name: 'é'.repeat(90).normalize('NFD') })).toBe('é'.repeat(80))
  expect(nameOf({ name: `${'x'.repeat(79)}😀` }).isWellFormed()).toBe(true)
})

test('a name of nothing but space is none', () => {
  expect(nameOf({ name: ' \n', preferred_username: '', login: 'ada' })).toBe('ada')
  expect(nameOf({ name: ' ', email: 'ada@example.org', email_verified: true })).toBe('ada')
  expect(nameOf({})).toBe('Company')
})
