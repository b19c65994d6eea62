'use client'

import { Suspense, useEffect } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { useConversationId } from './navigation.ts'
import type { PaletteHands } from './palette/palette-entries.tsx'
import { panelSubject, showPanel, usePanel } from './panels.ts'
import { TypedAhead } from './typing/typed-ahead.ts'

const Palette = lazyPart(async () => (await import('./palette/palette.tsx')).Palette)
const ShortcutsSheet = lazyPart(async () => (await import('./palette/shortcuts-sheet.tsx')).ShortcutsSheet)

const DataPanel = lazyPart(async () => (await import('./data/data-panel.tsx')).DataPanel)
const ConversationSettingsPanel = lazyPart(
  async () => (await import('./conversation-settings/conversation-settings.tsx')).ConversationSettingsPanel,
)

const loadSharing = () => import('./sharing/share-panel.tsx')
const SharePanel = lazyPart(async () => (await loadSharing()).SharePanel)
const SharesPanel = lazyPart(async () => (await loadSharing()).SharesPanel)
const SettingsPanel = lazyPart(async () => (await import('./settings/settings-panel.tsx')).SettingsPanel)

const PromptsPanel = lazyPart(async () => (await import('./prompts/prompts-panel.tsx')).PromptsPanel)

const FindBox = lazyPart(async () => (await import('./find/find-box.tsx')).FindBox)

const ReportPanel = lazyPart(async () => (await import('./reporting/report-panel.tsx')).ReportPanel)

const close = () => showPanel(null)

/** Shows the panel that is open, if any. */
export function PanelHost({ hands }: { hands: PaletteHands }) {
  const panel = usePanel()
  const conversationId = useConversationId(null)
  useEffect(() => {
    if (conversationId === null && panel === 'find') close()
  }, [conversationId, panel])
  return (
    <Suspense fallback={(panel === 'palette' || panel === 'find') && <TypedAhead />}>
      {panel === 'palette' && <Palette hands={hands} onClose={close} />}
      {panel === 'data' && <DataPanel onClose={close} />}
      {panel === 'share' && <SharePanel messageId={panelSubject()} onClose={close} />}
      {panel === 'report' && <ReportPanel messageId={panelSubject()} onClose={close} />}
      {panel === 'shares' && <SharesPanel onClose={close} />}
      {panel === 'conversation' && <ConversationSettingsPanel onClose={close} />}
      {panel === 'settings' && (
        <SettingsPanel about={panelSubject()} onLanguage={hands.switchLanguage} onClose={close} />
      )}
      {panel === 'prompts' && <PromptsPanel onClose={close} />}
      {panel === 'find' && conversationId !== null && <FindBox key={conversationId} onClose={close} />}
      {panel === 'shortcuts' && <ShortcutsSheet onClose={close} />}
    </Suspense>
  )
}
