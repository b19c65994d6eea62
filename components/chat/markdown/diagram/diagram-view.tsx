'use client'

import { Minus, Plus, X } from 'lucide-react'
import { type PointerEvent, useEffect, useRef, useState } from 'react'
import { diagramTexts } from '#lib/i18n/rooms/diagram.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Modal } from '../../../ui/modal.tsx'
import { useReading } from '../../chat-context.ts'
import type { Drawing } from './harmless-svg.ts'

const STEP = 1.4
const MAX_SCALE = 8

interface DiagramViewProps {
  drawing: Drawing & { url: string }
  alt: string
  onClose: () => void
}

/** A diagram over the whole page, at first as large as fits: made larger by button, key or wheel, and moved by hand. */
export function DiagramView({ drawing, alt, onClose }: DiagramViewProps) {
  const words = diagramTexts[useReading().locale]
  const area = useRef<HTMLElement>(null)
  const [fitted, setFitted] = useState(1)
  const [scale, setScale] = useState(1)
  useEffect(() => {
    const element = area.current
    if (!element) return
    // Also for the first time: the dialog has no size before it is open.
    const observer = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = element
      const fit = Math.min((clientWidth - 32) / drawing.width, (clientHeight - 32) / drawing.height, 2)
      if (fit <= 0) return
      setFitted(fit)
      setScale(fit)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [drawing.width, drawing.height])
  const zoom = (factor: number) => setScale(Math.min(Math.max(scale * factor, fitted / 2), MAX_SCALE))
  const number = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })
  return (
    <Modal className="diagram-view" label={alt} onClose={onClose}>
      <section
        ref={area}
        className="diagram-area"
        aria-label={alt}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard.
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === '+' || event.key === '=') zoom(STEP)
          else if (event.key === '-') zoom(1 / STEP)
          else if (event.key === '0') setScale(fitted)
        }}
        onWheel={(event) => (event.ctrlKey || event.metaKey) && zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1)}
        onPointerMove={dragged}
      >
        {/* biome-ignore lint/performance/noImgElement: made in this page; there is nothing to optimise. */}
        <img
          src={drawing.url}
          alt={alt}
          draggable={false}
          width={drawing.width * scale}
          height={drawing.height * scale}
        />
      </section>
      <div className="diagram-tools glass">
        <IconButton label={words.smaller} onClick={() => zoom(1 / STEP)}>
          <Minus size={18} aria-hidden />
        </IconButton>
        <button type="button" className="diagram-scale" title={words.fit} onClick={() => setScale(fitted)}>
          {number.format(scale)}
        </button>
        <IconButton label={words.larger} onClick={() => zoom(STEP)}>
          <Plus size={18} aria-hidden />
        </IconButton>
        <IconButton label={words.close} onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </div>
    </Modal>
  )
}

/** A mouse moves the picture as fingers do by themselves. */
function dragged(event: PointerEvent<HTMLElement>): void {
  if (event.pointerType !== 'mouse' || event.buttons !== 1) return
  event.currentTarget.scrollBy(-event.movementX, -event.movementY)
}
