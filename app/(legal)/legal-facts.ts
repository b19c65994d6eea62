import { getConfig } from '#lib/config.ts'
import { isLocale, type Locale } from '#lib/i18n/locale.ts'
import type { LegalFacts } from '#lib/legal/legal-document.ts'
import { upstreamOf } from '#lib/upstream-config.ts'
import { requestLocale } from '../request-locale.ts'

/** What the legal texts have to say about this site. */
export function legalFacts(): LegalFacts {
  const config = getConfig()
  return {
    site: config.SITE_NAME,
    upstream: upstreamOf(config).kind,
    host: new URL(config.OPENAI_BASE_URL).host,
    contact: config.OPERATOR_CONTACT,
  }
}

/** The language to read in: the one of a link (`?lang=`), else that of the site. */
export async function legalLocale(searchParams: Promise<{ lang?: string | string[] }>): Promise<Locale> {
  const { lang } = await searchParams
  return isLocale(lang) ? lang : requestLocale()
}
