import { isLocale, type Locale } from '#lib/i18n/locale.ts'
import { requestLocale } from '../request-locale.ts'

/** The language to read in: the one of a link (`?lang=`), else that of the site. */
export async function legalLocale(searchParams: Promise<{ lang?: string | string[] }>): Promise<Locale> {
  const { lang } = await searchParams
  return isLocale(lang) ? lang : requestLocale()
}
