'use client'

import { Camera, FileText, Images } from 'lucide-react'
import type { RefObject } from 'react'
import { Menu, MenuItem } from '#components/ui/menu.tsx'
import { fileTexts } from '#lib/i18n/rooms/files.ts'
import { useSite } from '../chat-context.ts'

/** Where files come from: a phone has a camera besides. */
export type FileSource = 'camera' | 'photos' | 'files'

/** On a phone: where the files are to come from. */
export function AttachMenu(props: {
  anchor: RefObject<HTMLElement | null>
  onChoose: (source: FileSource) => void
  onClose: () => void
}) {
  const texts = fileTexts[useSite().locale]
  return (
    <Menu anchor={props.anchor} onClose={props.onClose}>
      <MenuItem icon={<Camera size={18} aria-hidden />} onChoose={() => props.onChoose('camera')}>
        {texts.camera}
      </MenuItem>
      <MenuItem icon={<Images size={18} aria-hidden />} onChoose={() => props.onChoose('photos')}>
        {texts.photos}
      </MenuItem>
      <MenuItem icon={<FileText size={18} aria-hidden />} onChoose={() => props.onChoose('files')}>
        {texts.files}
      </MenuItem>
    </Menu>
  )
}
