import { expect, test } from 'vitest'
import { settings } from '#lib/config.ts'
import { settingsInChinese } from '../../../scripts/settings-in-chinese.ts'

test('every setting that people read about is there in Chinese, with its default where that is words', () => {
  const lacking = Object.entries(settings).flatMap(([name, { meta }]) => {
    if ('internal' in meta && meta.internal) return []
    const { about, fallback } = settingsInChinese[name] ?? {}
    const isInWords = 'fallback' in meta && /\s/.test(meta.fallback ?? '')
    return about && (fallback || !isInWords) ? [] : [name]
  })
  expect(lacking).toEqual([])
  expect(Object.keys(settingsInChinese).filter((name) => !(name in settings))).toEqual([])
})
