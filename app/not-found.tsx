import { SiteFooter } from '#components/site-footer.tsx'
import { Mark } from '#components/ui/mark.tsx'
import { getConfig } from '#lib/config.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { filingsOf } from '#lib/legal/filings.ts'
import { requestLocale } from './request-locale.ts'

export default async function NotFound() {
  const texts = dictionaryOf(await requestLocale())
  return (
    <div className="room flex min-h-dvh flex-col">
      <main className="flex grow flex-col items-center justify-center px-6 text-center">
        <Mark size={48} />
        <h1 className="mt-6 font-semibold text-2xl">{texts.notFound.title}</h1>
        <p className="mt-2 text-muted">{texts.notFound.text}</p>
        <a className="button mt-6" href="/">
          {texts.notFound.home}
        </a>
      </main>
      <SiteFooter texts={texts} filings={filingsOf(getConfig())} />
    </div>
  )
}
