import type { ReactNode } from 'react'
import { NeedsScript } from '#components/needs-script.tsx'
import { FramedPage } from '../framed-page.tsx'
import { requestLocale } from '../request-locale.ts'

export default async function AccountLayout({ children }: { children: ReactNode }) {
  return (
    <FramedPage>
      <NeedsScript locale={await requestLocale()} />
      <div className="flex flex-1 flex-col sm:pt-8">{children}</div>
    </FramedPage>
  )
}
