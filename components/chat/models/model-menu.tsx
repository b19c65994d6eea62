'use client'

import { type ReactNode, Suspense, useRef, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { ChosenModel } from './model-picker.tsx'

const load = () => import('./model-picker.tsx')
const ModelPicker = lazyPart(async () => (await load()).ModelPicker)

export interface ModelMenuProps {
  className: string
  label: string
  /** Marked in the list; null is the model of the site. */
  selectedId: string | null
  onChoose: (model: ChosenModel) => void
  /** Takes two or three to be asked the same, where that can be. */
  onSeveral?: (ids: string[]) => void
  children: ReactNode
}

/** A button that opens the list of models. The list's code and data come when it is opened. */
export function ModelMenu({ className, label, selectedId, onChoose, onSeveral, children }: ModelMenuProps) {
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={load}
        onClick={() => setOpen(true)}
      >
        {children}
      </button>
      {isOpen && (
        <Suspense>
          <ModelPicker
            anchor={button}
            selectedId={selectedId}
            onChoose={onChoose}
            onSeveral={onSeveral}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  )
}
