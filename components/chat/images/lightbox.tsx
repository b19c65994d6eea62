'use client'

import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { IconButton } from '#components/ui/icon-button.tsx'
import { useOpenDialog } from '#components/ui/use-open-dialog.ts'
import { fill } from '#lib/i18n/fill.ts'
import { imageTexts } from '#lib/i18n/rooms/images.ts'
import { useReading } from '../chat-context.ts'
import './lightbox.css'

export interface LightboxImage {
  /** Of the site itself, or `data:` and `blob:`; the page's policy forbids all others. */
  src: string
  /** What it shows, or what it is called; shown below it. */
  alt: string
  /** Where it can be saved from, if that is not `src`. */
  saveUrl?: string
  /** In pixels, where they are known: its place is held until it is there. */
  width?: number | undefined
  height?: number | undefined
}

export interface LightboxProps {
  images: readonly LightboxImage[]
  /** The place of the one that is shown first. */
  start: number
  onClose: () => void
}

/**
 * Images over the page, one at a time: arrows lead to the others, a press or Enter shows the actual size, Esc or a press
 * beside it closes. Open as long as it is rendered; load it with `import()` when something is opened.
 */
export function Lightbox({ images, start, onClose }: LightboxProps) {
  const texts = imageTexts[useReading().locale]
  const [index, setIndex] = useState(start)
  const [isLarge, setLarge] = useState(false)
  const dialog = useOpenDialog()
  const image = images[index]
  const show = (to: number) => {
    if (!images[to]) return
    setLarge(false)
    setIndex(to)
  }
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === 'ArrowLeft' && !isLarge) show(index - 1)
    if (key === 'ArrowRight' && !isLarge) show(index + 1)
  }
  if (!image) return null
  const place = { name: image.alt, index: index + 1, count: images.length }
  return (
    <dialog
      ref={dialog}
      className="lightbox"
      aria-label={texts.label}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <header className="lightbox-bar">
        <p className="lightbox-name" aria-live="polite">
          <span className="sr-only">{images.length > 1 ? fill(texts.place, place) : image.alt}</span>
          <span className="truncate" aria-hidden>
            {image.alt}
          </span>
          {images.length > 1 && (
            <span className="lightbox-place" aria-hidden>
              {index + 1} / {images.length}
            </span>
          )}
        </p>
        <IconButton label={isLarge ? texts.smaller : texts.larger} onClick={() => setLarge(!isLarge)}>
          {isLarge ? <ZoomOut size={18} aria-hidden /> : <ZoomIn size={18} aria-hidden />}
        </IconButton>
        <a
          className="icon-button"
          href={image.saveUrl ?? image.src}
          download={image.alt}
          aria-label={texts.save}
          title={texts.save}
        >
          <Download size={18} aria-hidden />
        </a>
        <IconButton label={texts.close} onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      <Shown
        key={image.src}
        image={image}
        isLarge={isLarge}
        missing={texts.missing}
        onBeside={onClose}
        onPress={() => setLarge(!isLarge)}
      />
      {images.length > 1 && (
        <>
          <IconButton
            className="lightbox-arrow left-3"
            label={texts.previous}
            disabled={index === 0}
            onClick={() => show(index - 1)}
          >
            <ChevronLeft size={22} aria-hidden />
          </IconButton>
          <IconButton
            className="lightbox-arrow right-3"
            label={texts.next}
            disabled={index === images.length - 1}
            onClick={() => show(index + 1)}
          >
            <ChevronRight size={22} aria-hidden />
          </IconButton>
        </>
      )}
    </dialog>
  )
}

function Shown(props: {
  image: LightboxImage
  isLarge: boolean
  missing: string
  onBeside: () => void
  onPress: () => void
}) {
  const { src, alt, width, height } = props.image
  const [isMissing, setMissing] = useState(false)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: closing by a press beside is a shortcut for the button and Esc.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are Esc, and the button of the bar.
    <div
      className="lightbox-stage"
      data-large={props.isLarge || undefined}
      onClick={(event) => {
        if (event.target === event.currentTarget) props.onBeside()
      }}
    >
      {isMissing ? (
        <p className="text-muted">{props.missing}</p>
      ) : (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the button of the bar does the same.
        // biome-ignore lint/performance/noImgElement: pictures of a conversation are their owner's, and of the right size already.
        <img
          src={src}
          alt={alt}
          width={width}
          height={height}
          draggable={false}
          onError={() => setMissing(true)}
          onClick={props.onPress}
        />
      )}
    </div>
  )
}
