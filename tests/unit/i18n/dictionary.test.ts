import { expect, test } from 'vitest'
import { runErrorCode } from '#lib/chat/contract.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { fill } from '#lib/i18n/fill.ts'
import { locales } from '#lib/i18n/locale.ts'

/** All texts of a dictionary by their path. */
function flatten(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]]
  return Object.entries(value as object).flatMap(([key, inner]) =>
    flatten(inner, path ? `${path}.${key}` : key),
  )
}

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

test('every language has the same places for values', () => {
  const english = flatten(dictionaryOf('en'))
  for (const locale of locales) {
    const texts = new Map(flatten(dictionaryOf(locale)))
    expect([...texts.keys()].sort()).toEqual(english.map(([path]) => path).sort())
    for (const [path, text] of english) {
      expect(placeholders(texts.get(path) ?? ''), path).toEqual(placeholders(text))
    }
  }
})

test.each(locales)('no text of %s is empty or left in the other language', (locale) => {
  for (const [path, text] of flatten(dictionaryOf(locale))) {
    expect(text.trim(), path).not.toBe('')
    if (locale === 'en') expect(text, path).not.toMatch(/\p{Script=Han}/u)
  }
})

test.each(locales)('%s explains every reason for which a run can fail', (locale) => {
  const { failure } = dictionaryOf(locale)
  for (const code of runErrorCode.options) expect(failure[code].what).toBeTruthy()
})

test.each(locales)(
  'the notice of %s says that the service is unofficial and that answers may be wrong',
  (locale) => {
    const notice = { en: /Unofficial.*OpenAI.*AI-generated/, 'zh-CN': /非官方.*OpenAI.*AI 生成/ }[locale]
    expect(dictionaryOf(locale).notice).toMatch(notice)
  },
)

test('values are filled in, and what has no value stays', () => {
  expect(fill('{index} / {count}', { index: 2, count: 3 })).toBe('2 / 3')
  expect(fill('{a} {b}', { a: '{b}' })).toBe('{b} {b}')
})
