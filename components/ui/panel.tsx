'use client'

import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from './icon-button.tsx'
import { Modal } from './modal.tsx'

export interface PanelProps {
  title: string
  /** What the button that closes it is called. */
  close: string
  className?: string
  onClose: () => void
  children: ReactNode
}

/** A dialog with its title and the way out above what is in it. */
export function Panel({ title, close, className = '', onClose, children }: PanelProps) {
  return (
    <Modal className={`panel ${className}`} label={title} onClose={onClose}>
      <div className="flex items-center justify-between gap-4">
        <h2 className="font-semibold text-base">{title}</h2>
        <IconButton label={close} onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </div>
      {children}
    </Modal>
  )
}
