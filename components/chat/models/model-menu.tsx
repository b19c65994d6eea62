'use client'

import type { ReactNode } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { MenuButton } from '#components/ui/menu-button.tsx'
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
export function ModelMenu({ className, label, children, ...list }: ModelMenuProps) {
  return (
    <MenuButton className={className} title={label} label={label} opens="dialog" load={load} face={children}>
      {(open) => <ModelPicker {...list} {...open} />}
    </MenuButton>
  )
}
