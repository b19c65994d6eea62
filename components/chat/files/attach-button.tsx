'use client'

import { Paperclip } from 'lucide-react'
import { Suspense, useRef, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { useTexts } from '../chat-context.ts'
import type { FileSource } from './attach-menu.tsx'

const AttachMenu = lazyPart(async () => (await import('./attach-menu.tsx')).AttachMenu)

const SOURCES: Record<FileSource, { accept: string; capture: string }> = {
  camera: { accept: 'image/*', capture: 'environment' },
  // Named one by one, so that phones which keep photographs in a format of their own hand out one of these.
  photos: { accept: 'image/png,image/jpeg,image/webp,image/gif', capture: '' },
  files: { accept: '', capture: '' },
}

/** Opens the browser's dialog for files; under a finger it asks first where from. */
export function AttachButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const { composer } = useTexts()
  const button = useRef<HTMLButtonElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const [isOpen, setOpen] = useState(false)
  const choose = (source: FileSource) => {
    if (!input.current) return
    Object.assign(input.current, SOURCES[source])
    if (source !== 'camera') input.current.removeAttribute('capture')
    input.current.click()
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={composer.attach}
        title={composer.attach}
        onClick={() => (matchMedia('(pointer: coarse)').matches ? setOpen(true) : choose('files'))}
      >
        <Paperclip size={18} aria-hidden />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          // The same file again is a change as well.
          event.target.value = ''
        }}
      />
      {isOpen && (
        <Suspense>
          <AttachMenu anchor={button} onChoose={choose} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
