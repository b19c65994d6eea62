import { NothingHere } from '#components/nothing-here.tsx'
import { SiteFooter } from '#components/site-footer.tsx'
import { getConfig } from '#lib/config.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { filingsOf } from '#lib/legal/filings.ts'
import { requestLocale } from './request-locale.ts'

export const generateMetadata = async () => ({ title: dictionaryOf(await requestLocale()).notFound.title })

export default async function NotFound() {
  const texts = dictionaryOf(await requestLocale())
  return (
    <div className="room flex min-h-dvh flex-col">
      <NothingHere {...texts.notFound} />
      <SiteFooter texts={texts} filings={filingsOf(getConfig())} />
    </div>
  )
}
