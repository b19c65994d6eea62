import { cookies, headers } from 'next/headers'
import { LOCALE_COOKIE, type Locale, negotiateLocale } from '#lib/i18n/locale.ts'

/** The language of the request being answered. */
export async function requestLocale(): Promise<Locale> {
  const [jar, head] = await Promise.all([cookies(), headers()])
  return negotiateLocale({
    cookie: jar.get(LOCALE_COOKIE)?.value,
    acceptLanguage: head.get('accept-language'),
  })
}
