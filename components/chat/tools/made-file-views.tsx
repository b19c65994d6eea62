'use client'

import { type ReactNode, Suspense, useState } from 'react'
import { createPortal } from 'react-dom'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { kindOfFile } from '#lib/chat/files/file-kinds.ts'
import { fill } from '#lib/i18n/fill.ts'
import { fileTexts } from '#lib/i18n/rooms/files.ts'
import { useReading } from '../chat-context.ts'
import { urlOfFile } from '../files/file-url.ts'
import { useMadeFile } from './made-files.ts'

const Lightbox = lazyPart(async () => (await import('../images/lightbox.tsx')).Lightbox)

/** A link to a file that code made, which saves it. */
export function MadeFileLink({ href, children }: { href: string; children: ReactNode }) {
  const file = useMadeFile(href)
  if (!file) return <span>{children}</span>
  return (
    <a href={urlOfFile(file)} download={file.name}>
      {children}
    </a>
  )
}

/** An image in a text, to be opened large. */
export function MadeImage({ href, alt }: { href: string; alt: string }) {
  const file = useMadeFile(href)
  const texts = fileTexts[useReading().locale]
  const [isOpen, setOpen] = useState(false)
  if (!file || kindOfFile(file) !== 'image') return <span>{alt}</span>
  const { width, height, name } = file
  return (
    <>
      <button
        type="button"
        className="image-frame made-image"
        aria-label={fill(texts.open, { name: alt || name })}
        onClick={() => setOpen(true)}
      >
        {/* biome-ignore lint/performance/noImgElement: pictures of a conversation are their owner's, and of the right size already. */}
        <img src={urlOfFile(file, 'view')} alt={alt} width={width} height={height} loading="lazy" />
      </button>
      {isOpen &&
        createPortal(
          <Suspense>
            <Lightbox
              start={0}
              onClose={() => setOpen(false)}
              images={[
                { src: urlOfFile(file, 'view'), alt: alt || name, saveUrl: urlOfFile(file), width, height },
              ]}
            />
          </Suspense>,
          document.body,
        )}
    </>
  )
}
