'use client'

import { lazy, Suspense, useEffect } from 'react'
import { useConversationId } from './navigation.ts'
import type { PaletteHands } from './palette/palette-entries.tsx'
import { panelSubject, showPanel, usePanel } from './panels.ts'

const Palette = lazy(async () => ({ default: (await import('./palette/palette.tsx')).Palette }))
const ShortcutsSheet = lazy(async () => ({
  default: (await import('./palette/shortcuts-sheet.tsx')).ShortcutsSheet,
}))

const DataPanel = lazy(async () => ({ default: (await import('./data/data-panel.tsx')).DataPanel }))
const ConversationSettingsPanel = lazy(async () => {
  const { ConversationSettingsPanel } = await import('./conversation-settings/conversation-settings.tsx')
  return { default: ConversationSettingsPanel }
})

const loadSharing = () => import('./sharing/share-panel.tsx')
const SharePanel = lazy(async () => ({ default: (await loadSharing()).SharePanel }))
const SharesPanel = lazy(async () => ({ default: (await loadSharing()).SharesPanel }))
const SettingsPanel = lazy(async () => ({
  default: (await import('./settings/settings-panel.tsx')).SettingsPanel,
}))

const PromptsPanel = lazy(async () => ({
  default: (await import('./prompts/prompts-panel.tsx')).PromptsPanel,
}))

const FindBox = lazy(async () => ({ default: (await import('./find/find-box.tsx')).FindBox }))

const ReportPanel = lazy(async () => ({
  default: (await import('./reporting/report-panel.tsx')).ReportPanel,
}))

const close = () => showPanel(null)

/** Shows the panel that is open, if any. */
export function PanelHost({ hands }: { hands: PaletteHands }) {
  const panel = usePanel()
  const conversationId = useConversationId(null)
  useEffect(() => {
    if (conversationId === null && panel === 'find') close()
  }, [conversationId, panel])
  return (
    <Suspense>
      {panel === 'palette' && <Palette hands={hands} onClose={close} />}
      {panel === 'data' && <DataPanel onClose={close} />}
      {panel === 'share' && <SharePanel messageId={panelSubject()} onClose={close} />}
      {panel === 'report' && <ReportPanel messageId={panelSubject()} onClose={close} />}
      {panel === 'shares' && <SharesPanel onClose={close} />}
      {panel === 'conversation' && <ConversationSettingsPanel onClose={close} />}
      {panel === 'settings' && <SettingsPanel onLanguage={hands.switchLanguage} onClose={close} />}
      {panel === 'prompts' && <PromptsPanel onClose={close} />}
      {panel === 'find' && conversationId !== null && <FindBox key={conversationId} onClose={close} />}
      {panel === 'shortcuts' && <ShortcutsSheet onClose={close} />}
    </Suspense>
  )
}
