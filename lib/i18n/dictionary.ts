import { type Dictionary, en } from './en.ts'
import type { Locale } from './locale.ts'
import { zhCN } from './zh-cn.ts'

const dictionaries: Record<Locale, Dictionary> = { en, 'zh-CN': zhCN }

/** The texts of a language. Called on the server; a page hands the one dictionary it needs to the browser. */
export function dictionaryOf(locale: Locale): Dictionary {
  return dictionaries[locale]
}
