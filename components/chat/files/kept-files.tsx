'use client'

import { X } from 'lucide-react'
import { isTextOfDocument } from '#lib/chat/files/file-kinds.ts'
import type { FilePart } from '#lib/chat/parts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { fileTexts } from '#lib/i18n/rooms/files.ts'
import { useReading } from '../chat-context.ts'
import { FileSign } from './file-sign.tsx'
import { formatBytes } from './format-bytes.ts'
import './files.css'

/** The files of a question that is asked differently, each to be left out. */
export function KeptFiles({
  files,
  onDrop,
}: {
  files: readonly FilePart[]
  onDrop: (file: FilePart) => void
}) {
  const { locale } = useReading()
  const texts = fileTexts[locale]
  return (
    <ul className="attachment-list" aria-label={texts.list}>
      {files.map((file) => (
        <li
          key={`${file.fileId} ${file.name}`}
          className="attachment"
          data-image={file.mediaType.startsWith('image/') || undefined}
        >
          {file.mediaType.startsWith('image/') ? (
            // biome-ignore lint/performance/noImgElement: pictures of a conversation are their owner's, and small already.
            <img src={`/api/files/${file.fileId}?as=thumb`} alt="" draggable={false} />
          ) : (
            <FileSign name={file.name} mediaType={file.mediaType} size={20} />
          )}
          <span className="attachment-words">
            <span className="truncate" title={file.name}>
              {file.name}
            </span>
            <span className="attachment-state">
              {isTextOfDocument(file)
                ? fill(texts.textOnly, { size: formatBytes(file.bytes, locale) })
                : formatBytes(file.bytes, locale)}
            </span>
          </span>
          <button
            type="button"
            className="attachment-button"
            aria-label={fill(texts.remove, { name: file.name })}
            title={fill(texts.remove, { name: file.name })}
            onClick={() => onDrop(file)}
          >
            <X size={14} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  )
}
