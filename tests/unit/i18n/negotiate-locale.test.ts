import fc from 'fast-check'
import { expect, test } from 'vitest'
import { locales, negotiateLocale } from '#lib/i18n/locale.ts'

test.each([
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
  ['en-US,en;q=0.9,zh;q=0.8', 'en'],
  ['fr-FR,fr;q=0.9,zh-TW;q=0.7,en;q=0.6', 'zh-CN'],
  ['en;q=0.4, zh-Hans-SG;q=0.5', 'zh-CN'],
  ['zh;q=0, en;q=0.1', 'en'],
  ['ZH-cn', 'zh-CN'],
  ['zh;q=nonsense, en;q=0.2', 'en'],
  ['de, *;q=0.5', 'en'],
  ['zhx', 'en'],
  ['', 'en'],
])('Accept-Language %j is answered in %s', (acceptLanguage, locale) => {
  expect(negotiateLocale({ acceptLanguage })).toBe(locale)
})

test('of equal weights the first is taken', () => {
  expect(negotiateLocale({ acceptLanguage: 'zh, en' })).toBe('zh-CN')
  expect(negotiateLocale({ acceptLanguage: 'en, zh' })).toBe('en')
})

test('a choice outranks the browser, and an unknown one does not', () => {
  expect(negotiateLocale({ cookie: 'zh-CN', acceptLanguage: 'en' })).toBe('zh-CN')
  expect(negotiateLocale({ cookie: 'tlh', acceptLanguage: 'zh' })).toBe('zh-CN')
})

test('whatever is asked, the answer is a language there is', () => {
  fc.assert(
    fc.property(
      fc.option(fc.string()),
      fc.option(fc.string({ maxLength: 3000 })),
      (cookie, acceptLanguage) => {
        expect(locales).toContain(negotiateLocale({ cookie, acceptLanguage }))
      },
    ),
  )
})
