import type { ReactNode } from 'react'
import { SiteFooter } from '#components/site-footer.tsx'
import { Mark } from '#components/ui/mark.tsx'
import { getConfig } from '#lib/config.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { filingsOf } from '#lib/legal/filings.ts'
import { requestLocale } from './request-locale.ts'

/** A page outside the chat: the site's name above, the way back to it, and below what every site has to say. */
export async function FramedPage({ children }: { children: ReactNode }) {
  const texts = dictionaryOf(await requestLocale())
  return (
    <div className="room flex min-h-dvh flex-col">
      <header className="px-5 py-4 sm:px-8">
        <a className="inline-flex min-h-11 items-center gap-2.5 font-semibold tracking-tight" href="/">
          <Mark size={28} />
          {getConfig().SITE_NAME}
        </a>
      </header>
      {children}
      <SiteFooter texts={texts} filings={filingsOf(getConfig())} />
    </div>
  )
}
