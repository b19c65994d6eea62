'use client'

import { RotateCw, TextCursorInput, X } from 'lucide-react'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { isTextOfDocument } from '#lib/chat/files/file-kinds.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { fileTexts } from '#lib/i18n/rooms/files.ts'
import { useSite } from '../chat-context.ts'
import { useModelName } from '../models/known-models.ts'
import { useModels } from '../models/use-models.ts'
import { canRetry, pastedText, removeAttachment, retryUpload, savedInstead } from './attach.ts'
import { type Attachment, shelf } from './attachments.ts'
import { FileSign } from './file-sign.tsx'
import { formatBytes } from './format-bytes.ts'
import './files.css'

export interface AttachmentStripProps {
  conversationKey: string
  items: readonly Attachment[]
  /** The model that is to be asked; null is that of the site. */
  modelId: string | null
  /** A text that was pasted as a file is wanted in the box after all. */
  onText: (text: string) => void
  /** One was removed: the keyboard goes back to where one writes. */
  onRemoved: () => void
}

/** The files above the text that they go with. */
export function AttachmentStrip(props: AttachmentStripProps) {
  const { conversationKey, items, modelId, onText, onRemoved } = props
  const texts = fileTexts[useSite().locale]
  return (
    <div className="attachments">
      <ul className="attachment-list" aria-label={texts.list}>
        {items.map((item) => (
          <Chip
            key={item.id}
            item={item}
            onText={(text) => {
              removeAttachment(conversationKey, item.id)
              onText(text)
            }}
            onRemove={() => {
              removeAttachment(conversationKey, item.id)
              onRemoved()
            }}
          />
        ))}
      </ul>
      <Note conversationKey={conversationKey} />
      {items.some(({ mediaType }) => mediaType.startsWith('image/')) && <BlindModel modelId={modelId} />}
      {items.some((item) => item.file && isTextOfDocument(item)) && (
        <p className="attachment-note" data-quiet>
          {texts.textOnlyWhy}
        </p>
      )}
      <Announcement items={items} />
    </div>
  )
}

function Chip(props: { item: Attachment; onText: (text: string) => void; onRemove: () => void }) {
  const { item, onText, onRemove } = props
  const { locale, maxFileBytes } = useSite()
  const texts = fileTexts[locale]
  const { id, name, mediaType, file, failure } = item
  const isUploading = !file && !failure
  const isTextOnly = file !== null && isTextOfDocument(item)
  const chip = useRef<HTMLLIElement>(null)
  // What keeps the question from being sent must not wait out of sight.
  useEffect(() => {
    if (failure) chip.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [failure])
  const preview =
    item.previewUrl ?? (file?.mediaType.startsWith('image/') ? `/api/files/${file.fileId}?as=thumb` : null)
  return (
    <li
      ref={chip}
      className="attachment"
      data-failed={failure ? '' : undefined}
      data-image={preview ? '' : undefined}
    >
      {preview ? (
        // biome-ignore lint/performance/noImgElement: a picture of the person's own, mostly from this very browser.
        <img src={preview} alt="" draggable={false} />
      ) : (
        <FileSign name={name} mediaType={mediaType} size={20} />
      )}
      <span className="attachment-words">
        <span className="truncate" title={name}>
          {name}
        </span>
        <span
          className="attachment-state"
          title={failure?.detail ?? (isTextOnly ? texts.textOnlyWhy : undefined)}
        >
          {failure ? reasonOf(item, locale, maxFileBytes) : stateOf(item, locale)}
        </span>
      </span>
      {isUploading && (
        <progress
          className="attachment-progress"
          aria-label={fill(texts.uploading, { name })}
          value={item.progress < 1 ? item.progress : undefined}
        />
      )}
      {pastedText(id) && (
        <button
          type="button"
          className="attachment-button"
          aria-label={texts.intoBox}
          title={texts.intoBox}
          onClick={async () => {
            const text = await pastedText(id)
            if (text !== null) onText(text)
          }}
        >
          <TextCursorInput size={14} aria-hidden />
        </button>
      )}
      {canRetry(item) && (
        <button
          type="button"
          className="attachment-button"
          aria-label={fill(texts.retry, { name })}
          title={fill(texts.retry, { name })}
          onClick={() => retryUpload(id)}
        >
          <RotateCw size={14} aria-hidden />
        </button>
      )}
      <button
        type="button"
        className="attachment-button"
        aria-label={fill(texts.remove, { name })}
        title={fill(texts.remove, { name })}
        onClick={onRemove}
      >
        <X size={14} aria-hidden />
      </button>
    </li>
  )
}

function stateOf(item: Attachment, locale: Locale): string {
  const texts = fileTexts[locale]
  const size = formatBytes(item.bytes, locale)
  const percent = Math.floor(item.progress * 100)
  if (item.file) return isTextOfDocument(item) ? fill(texts.textOnly, { size }) : size
  if (item.isBeingRead) return fill(texts.takingText, { percent })
  return item.progress < 1 ? fill(texts.sent, { percent, size }) : texts.reading
}

function reasonOf({ name, failure }: Attachment, locale: Locale, maxBytes: number): string {
  if (!failure) return ''
  const max = formatBytes(maxBytes, locale)
  return fill(fileTexts[locale].reasons[failure.reason], { max, instead: savedInstead(name) })
}

/** Why something was left out, or cannot be sent yet. */
function Note({ conversationKey }: { conversationKey: string }) {
  const { locale } = useSite()
  const texts = fileTexts[locale]
  const note = useSyncExternalStore(
    shelf.subscribe,
    () => shelf.noteOf(conversationKey),
    () => null,
  )
  if (!note) return null
  const text =
    note.kind === 'tooMany'
      ? fill(note.left === 1 ? texts.tooMany.one : texts.tooMany.other, { left: note.left })
      : texts[note.kind]
  return (
    <p className="attachment-note" role="status">
      {text}
    </p>
  )
}

/** Before it is sent: the model that would be asked cannot see what is attached. */
function BlindModel({ modelId }: { modelId: string | null }) {
  const texts = fileTexts[useSite().locale]
  const { answer: known } = useModels()
  const id = modelId ?? known?.defaultId ?? null
  const name = useModelName(id)
  const isBlind = known?.models.find((model) => model.id === id)?.vision === false
  if (!isBlind) return null
  return (
    <p className="attachment-note" role="status">
      {fill(texts.blind, { model: name ?? id ?? '' })}
    </p>
  )
}

/** Says once of each file that it is attached, or why it is not. */
function Announcement({ items }: { items: readonly Attachment[] }) {
  const { locale, maxFileBytes } = useSite()
  const texts = fileTexts[locale]
  const [said, setSaid] = useState('')
  const news = items
    .filter(({ file, failure }) => file || failure)
    .map((item) =>
      item.failure
        ? `${item.name}: ${reasonOf(item, locale, maxFileBytes)}`
        : fill(isTextOfDocument(item) ? texts.attachedText : texts.attached, { name: item.name }),
    )
    .at(-1)
  useEffect(() => setSaid(news ?? ''), [news])
  return (
    <p className="sr-only" role="status">
      {said}
    </p>
  )
}
