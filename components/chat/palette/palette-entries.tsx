import {
  BookText,
  HardDriveDownload,
  Keyboard,
  Languages,
  Monitor,
  Moon,
  PanelLeft,
  Settings,
  Share,
  SquarePen,
  Sun,
  TextSearch,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { applyTheme } from '#components/ui/appearance.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { paletteTexts } from '#lib/i18n/rooms/palette.ts'
import { openFind } from '../find/open-find.ts'
import { showPanel } from '../panels.ts'
import { COMMAND } from './command-key.ts'

export interface PaletteAction {
  id: string
  label: string
  icon: ReactNode
  keys?: string
  run: () => void
}

/** What the page lets the palette do with it. */
export interface PaletteHands {
  newChat(): void
  toggleSidebar(): void
  switchLanguage(to: Locale): void
}

const sign = { size: 16, 'aria-hidden': true } as const

/** Everything that can be done from anywhere. */
export function paletteActions(texts: (typeof paletteTexts)['en'], hands: PaletteHands): PaletteAction[] {
  return [
    {
      id: 'new',
      label: texts.newChat,
      icon: <SquarePen {...sign} />,
      keys: `${COMMAND} ⇧ O`,
      run: hands.newChat,
    },
    {
      id: 'find',
      label: texts.find,
      icon: <TextSearch {...sign} />,
      keys: `${COMMAND} F`,
      run: openFind,
    },
    { id: 'sidebar', label: texts.sidebar, icon: <PanelLeft {...sign} />, run: hands.toggleSidebar },
    {
      id: 'settings',
      label: texts.settings,
      icon: <Settings {...sign} />,
      keys: `${COMMAND} ,`,
      run: () => showPanel('settings'),
    },
    { id: 'prompts', label: texts.prompts, icon: <BookText {...sign} />, run: () => showPanel('prompts') },
    { id: 'data', label: texts.data, icon: <HardDriveDownload {...sign} />, run: () => showPanel('data') },
    { id: 'shares', label: texts.shares, icon: <Share {...sign} />, run: () => showPanel('shares') },
    {
      id: 'shortcuts',
      label: texts.shortcuts,
      icon: <Keyboard {...sign} />,
      keys: '?',
      run: () => showPanel('shortcuts'),
    },
    { id: 'light', label: texts.light, icon: <Sun {...sign} />, run: () => applyTheme('light') },
    { id: 'dark', label: texts.dark, icon: <Moon {...sign} />, run: () => applyTheme('dark') },
    { id: 'system', label: texts.system, icon: <Monitor {...sign} />, run: () => applyTheme('system') },
    {
      id: 'language',
      label: texts.language,
      icon: <Languages {...sign} />,
      run: () => hands.switchLanguage(texts.otherLanguage),
    },
  ]
}

/** Case and width make no difference to somebody who looks for something. */
const fold = (text: string) => text.normalize('NFKC').toLowerCase()

/** Whether `text` has every word of `query`, anywhere. */
export function hasWords(text: string, query: string): boolean {
  const folded = fold(text)
  return fold(query)
    .split(/\s+/)
    .every((word) => folded.includes(word))
}
