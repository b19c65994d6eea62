'use client'

import { FileUp } from 'lucide-react'
import { createPortal } from 'react-dom'
import { fileTexts } from '#lib/i18n/rooms/files.ts'
import { useSite } from '../chat-context.ts'
import './files.css'

/** Over the page while files are held over it. */
export function DropVeil() {
  const texts = fileTexts[useSite().locale]
  // Beside the page: what blurs its own background would hold even a fixed veil within itself.
  return createPortal(
    // Nobody drags without seeing it.
    <div className="drop-veil" aria-hidden>
      <div className="drop-frame">
        <FileUp size={32} strokeWidth={1.5} aria-hidden />
        <p className="font-medium text-lg">{texts.drop}</p>
        <p className="text-muted text-sm">{texts.kinds}</p>
      </div>
    </div>,
    document.body,
  )
}
