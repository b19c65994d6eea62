import type { ReactNode } from 'react'
import { FramedPage } from '../framed-page.tsx'

export default function LegalLayout({ children }: { children: ReactNode }) {
  return (
    <FramedPage>
      <div className="flex-1">{children}</div>
    </FramedPage>
  )
}
