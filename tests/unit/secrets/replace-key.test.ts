import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseKeys } from '#lib/gateway/keys/parse-keys.ts'
import { keysIn } from '#lib/secrets/key-source.ts'
import { accountIn, replaceKey, secretsIn } from '#lib/secrets/rotation/replace-key.ts'

const NEW = 'sk-new-key-0123456789'

describe('replacing the keys of an account', () => {
  it.each([
    ['a key without a name', 'sk-old-0123456789', 'main', `main:${NEW}`],
    ['one of several accounts', 'a:sk-old-0123,b:sk-other-0123', 'a', `a:${NEW},b:sk-other-0123`],
    ['all keys of it by one', 'a:sk-one-0123,b:sk-b-0123\na:sk-two-0123\n', 'a', `a:${NEW},b:sk-b-0123\n`],
    ['and keeps its upstream', ' a@tokyo: sk-old-0123\r\n', 'a', ` a@tokyo:${NEW}\r\n`],
    [
      'and keeps remarks',
      '# of ours\nsk-old-0123456789\n# a:not-a-key',
      'main',
      `# of ours\nmain:${NEW}\n# a:not-a-key`,
    ],
  ])('%s', (_, before, account, after) => {
    expect(replaceKey(before, account, NEW)).toBe(after)
  })

  const name = fc.stringMatching(/^[a-z]{1,3}$/)
  const secret = fc.stringMatching(/^sk-[a-zA-Z0-9]{12}$/)
  const items = fc.uniqueArray(fc.record({ name, secret }), {
    selector: ({ secret }) => secret,
    minLength: 1,
  })
  it('leaves the gateway with the new key for that account, and everybody else’s', () => {
    fc.assert(
      fc.property(items, fc.array(fc.constantFrom(',', '\n', ' , ', '\n# remark\n')), (keys, gaps) => {
        const text = keys
          .map(({ name, secret }, i) => `${name}:${secret}${gaps[i % gaps.length] ?? ','}`)
          .join('')
        const account = keys[0]?.name ?? ''
        const left = parseKeys(keysIn(replaceKey(text, account, NEW)))
        const others = keys.filter(({ name }) => name !== account)
        expect(left.map(({ account, secret }) => `${account}:${secret}`).toSorted()).toEqual(
          [...others.map(({ name, secret }) => `${name}:${secret}`), `${account}:${NEW}`].toSorted(),
        )
        expect(secretsIn(text).toSorted()).toEqual(keys.map(({ secret }) => secret).toSorted())
      }),
    )
  })
})

describe('the account of which keys are rotated', () => {
  it.each([
    ['sk-one-0123', undefined, 'main'],
    ['sk-one-0123', 'team', 'team'],
    ['a:sk-one-0123,a:sk-two-0123', undefined, 'a'],
    ['a:sk-one-0123,b:sk-two-0123', 'b', 'b'],
  ])('of %s with %s is %s', (text, wanted, account) => {
    expect(accountIn(text, wanted)).toBe(account)
  })

  it.each([
    ['sk-one-0123,sk-two-0123', undefined],
    ['a:sk-one-0123,b:sk-two-0123', undefined],
    ['a:sk-one-0123,b:sk-two-0123', 'c'],
    ['a:sk-one-0123', 'c'],
  ])('of %s with %s is unclear', (text, wanted) => {
    expect(() => accountIn(text, wanted)).toThrow('ROTATE_ACCOUNT must name the account')
  })
})
