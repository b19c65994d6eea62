'use client'

import { type ReactNode, type RefObject, Suspense, useRef, useState } from 'react'

interface MenuButtonProps {
  className: string
  title: string
  /** What the ear hears, where the button shows no words of its own. */
  label?: string
  opens?: 'menu' | 'dialog'
  /** Loads what is opened; called when somebody is near. */
  load: () => Promise<unknown>
  /** What the button shows. */
  face: ReactNode
  /** What it opens. */
  children: (open: { anchor: RefObject<HTMLButtonElement | null>; onClose: () => void }) => ReactNode
}

/** A button that opens something whose code comes late. */
export function MenuButton({
  className,
  title,
  label,
  opens = 'menu',
  load,
  face,
  children,
}: MenuButtonProps) {
  const anchor = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className={className}
        aria-label={label}
        title={title}
        aria-haspopup={opens}
        aria-expanded={isOpen}
        onPointerEnter={() => void load().catch(() => undefined)}
        onClick={() => setOpen(true)}
      >
        {face}
      </button>
      {isOpen && <Suspense>{children({ anchor, onClose: () => setOpen(false) })}</Suspense>}
    </>
  )
}
