import {
  BookText,
  Download,
  HardDriveDownload,
  Keyboard,
  Languages,
  Monitor,
  Moon,
  PanelLeft,
  Settings,
  Share,
  SlidersHorizontal,
  SquarePen,
  Sun,
  TextSearch,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { Theme } from '#components/ui/appearance.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { paletteTexts } from '#lib/i18n/rooms/palette.ts'
import { downloadConversation } from '../data/download-conversation.ts'
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
  chooseTheme(to: Theme): void
}

const sign = { size: 16, 'aria-hidden': true } as const

/**
 * What can be done: with the conversation on the page, if one is open, and from anywhere. Each with the words by which it
 * is found: who reads Chinese may know it by its English name, and the other way round.
 */
export function findableActions(
  locale: Locale,
  hands: PaletteHands,
  openId: string | null,
): (PaletteAction & { words: string })[] {
  const actionsIn = (language: Locale) => {
    const texts = paletteTexts[language]
    return [...(openId === null ? [] : conversationActions(texts, openId)), ...paletteActions(texts, hands)]
  }
  const elsewhere = new Map(actionsIn(paletteTexts[locale].otherLanguage).map(({ id, label }) => [id, label]))
  // Elsewhere it leads to the language one is in.
  elsewhere.set('language', 'Language 语言')
  return actionsIn(locale).map((action) => ({
    ...action,
    words: `${action.label} ${elsewhere.get(action.id)}`,
  }))
}

/** Everything that can be done from anywhere. */
function paletteActions(texts: (typeof paletteTexts)['en'], hands: PaletteHands): PaletteAction[] {
  return [
    {
      id: 'new',
      label: texts.newChat,
      icon: <SquarePen {...sign} />,
      keys: `${COMMAND} ⇧ O`,
      run: hands.newChat,
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
    { id: 'light', label: texts.light, icon: <Sun {...sign} />, run: () => hands.chooseTheme('light') },
    { id: 'dark', label: texts.dark, icon: <Moon {...sign} />, run: () => hands.chooseTheme('dark') },
    {
      id: 'system',
      label: texts.system,
      icon: <Monitor {...sign} />,
      run: () => hands.chooseTheme('system'),
    },
    {
      id: 'language',
      label: texts.language,
      icon: <Languages {...sign} />,
      run: () => hands.switchLanguage(texts.otherLanguage),
    },
  ]
}

/** What can be done with the conversation on the page. */
function conversationActions(texts: (typeof paletteTexts)['en'], id: string): PaletteAction[] {
  return [
    {
      id: 'find',
      label: texts.find,
      icon: <TextSearch {...sign} />,
      keys: `${COMMAND} F`,
      run: openFind,
    },
    { id: 'share', label: texts.share, icon: <Share {...sign} />, run: () => showPanel('share') },
    { id: 'save', label: texts.save, icon: <Download {...sign} />, run: () => downloadConversation(id) },
    {
      id: 'conversation',
      label: texts.conversationSettings,
      icon: <SlidersHorizontal {...sign} />,
      run: () => showPanel('conversation'),
    },
  ]
}
