import type { ReactNode } from 'react'
import { FramedPage } from '../framed-page.tsx'

export default function AccountLayout({ children }: { children: ReactNode }) {
  return (
    <FramedPage>
      <div className="flex flex-1 flex-col sm:pt-8">{children}</div>
    </FramedPage>
  )
}
