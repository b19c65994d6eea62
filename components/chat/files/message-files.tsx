'use client'

import { Suspense, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { isTextOfDocument, kindOfFile, savedName } from '#lib/chat/files/file-kinds.ts'
import type { FilePart } from '#lib/chat/parts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { fileTexts } from '#lib/i18n/rooms/files.ts'
import { useReading } from '../chat-context.ts'
import { FileSign } from './file-sign.tsx'
import { urlOfFile } from './file-url.ts'
import { formatBytes } from './format-bytes.ts'
import './files.css'

const Lightbox = lazyPart(async () => (await import('../images/lightbox.tsx')).Lightbox)

/** The files of a message: images small, to be opened large, and everything else by name, to be saved. */
export function MessageFiles({ files }: { files: readonly FilePart[] }) {
  const [openAt, setOpenAt] = useState<number | null>(null)
  const images = files.filter((file) => kindOfFile(file) === 'image')
  const others = files.filter((file) => kindOfFile(file) !== 'image')
  return (
    <div className="message-files">
      {images.length > 0 && (
        <ul className="message-images" data-many={images.length > 1 || undefined}>
          {images.map((file, index) => (
            <Thumb key={`${file.fileId} ${file.name}`} file={file} onOpen={() => setOpenAt(index)} />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <ul className="message-chips">
          {others.map((file) => (
            <FileChip key={`${file.fileId} ${file.name}`} file={file} />
          ))}
        </ul>
      )}
      {openAt !== null && (
        <Suspense>
          <Lightbox
            start={openAt}
            onClose={() => setOpenAt(null)}
            images={images.map((file) => ({
              src: urlOfFile(file, 'view'),
              alt: file.name,
              saveUrl: urlOfFile(file),
              width: file.width,
              height: file.height,
            }))}
          />
        </Suspense>
      )}
    </div>
  )
}

function Thumb({ file, onOpen }: { file: FilePart; onOpen: () => void }) {
  const texts = fileTexts[useReading().locale]
  const src = urlOfFile(file, 'thumb')
  const [trouble, setTrouble] = useState<'missing' | 'unloaded'>()
  if (trouble === 'missing') {
    return (
      <li className="attachment text-muted">
        <FileSign name={file.name} mediaType={file.mediaType} size={20} />
        <span className="truncate">{fill(texts.missing, { name: file.name })}</span>
      </li>
    )
  }
  if (trouble === 'unloaded') {
    return (
      <li>
        <button type="button" className="attachment text-muted" onClick={() => setTrouble(undefined)}>
          <FileSign name={file.name} mediaType={file.mediaType} size={20} />
          <span className="attachment-words">
            <span className="truncate">{file.name}</span>
            <span className="attachment-state">{texts.unloaded}</span>
          </span>
        </button>
      </li>
    )
  }
  return (
    <li>
      <button
        type="button"
        className="image-frame message-image"
        aria-label={fill(texts.open, { name: file.name })}
        onClick={onOpen}
      >
        {/* biome-ignore lint/performance/noImgElement: pictures of a conversation are their owner's, and small already. */}
        <img
          src={src}
          alt=""
          width={file.width}
          height={file.height}
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => void isGone(src).then((gone) => setTrouble(gone ? 'missing' : 'unloaded'))}
        />
      </button>
    </li>
  )
}

/** An image does not tell why it failed: it is gone only where the site says so, else it can be tried again. */
const isGone = (src: string) =>
  fetch(src, { method: 'HEAD' }).then(
    ({ status }) => status === 404,
    () => false,
  )

function FileChip({ file }: { file: FilePart }) {
  const { locale } = useReading()
  const texts = fileTexts[locale]
  const size = formatBytes(file.bytes, locale)
  const isTextOnly = isTextOfDocument(file)
  const state = isTextOnly ? fill(texts.textOnly, { size }) : size
  return (
    <li>
      <a
        className="attachment"
        href={urlOfFile(file)}
        download={savedName(file)}
        aria-label={fill(texts.save, { name: file.name, size: state })}
        title={isTextOnly ? texts.textOnlyWhy : undefined}
      >
        <FileSign name={file.name} mediaType={file.mediaType} size={20} />
        <span className="attachment-words">
          <span className="truncate">{file.name}</span>
          <span className="attachment-state">{state}</span>
        </span>
      </a>
    </li>
  )
}
