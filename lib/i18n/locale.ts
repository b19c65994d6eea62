/** The languages of the interface. The first is used when a browser asks for none of them. */
export const locales = ['en', 'zh-CN'] as const

export type Locale = (typeof locales)[number]

/** The cookie in which a person's own choice is kept. */
export const LOCALE_COOKIE = 'locale'

export function isLocale(value: unknown): value is Locale {
  return locales.some((locale) => locale === value)
}

/**
 * The language to answer in: the one a person chose (cookie), else the best of `Accept-Language` by its weights
 * (RFC 9110, 12.5.4), else English. Every kind of Chinese gets zh-CN, which is the only one there is.
 */
export function negotiateLocale(asked: { cookie?: string | null; acceptLanguage?: string | null }): Locale {
  if (isLocale(asked.cookie)) return asked.cookie
  let best: { locale: Locale; weight: number } | undefined
  for (const { tag, weight } of languageRanges(asked.acceptLanguage ?? '')) {
    const locale = localeOf(tag)
    if (locale && weight > (best?.weight ?? 0)) best = { locale, weight }
  }
  return best?.locale ?? locales[0]
}

function languageRanges(header: string): { tag: string; weight: number }[] {
  // A header longer than any browser sends is cut, so that nobody makes the server parse a novel.
  return header
    .slice(0, 1000)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((piece) => piece.trim().toLowerCase())
      const quality = parameters.find((parameter) => parameter.startsWith('q='))
      const weight = quality === undefined ? 1 : Number(quality.slice(2))
      return { tag, weight: weight >= 0 && weight <= 1 ? weight : 0 }
    })
}

function localeOf(tag: string): Locale | undefined {
  if (tag === 'zh' || tag.startsWith('zh-')) return 'zh-CN'
  if (tag === 'en' || tag.startsWith('en-') || tag === '*') return 'en'
  return undefined
}
