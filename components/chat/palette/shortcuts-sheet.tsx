'use client'

import { Panel } from '#components/ui/panel.tsx'
import type { Preferences } from '#lib/chat/preferences.ts'
import { paletteTexts } from '#lib/i18n/rooms/palette.ts'
import { useChat, useSite } from '../chat-context.ts'
import { COMMAND } from './command-key.ts'
import './palette.css'

interface ShortcutGroup {
  group: keyof (typeof paletteTexts)['en']['groups']
  keys: [name: keyof (typeof paletteTexts)['en']['keys'], caps: string[]][]
}

/** The keys as they are for somebody who sends with Enter, or with Ctrl or ⌘ and Enter. */
export const shortcutGroups = (sendKey: Preferences['sendKey']): ShortcutGroup[] => [
  {
    group: 'everywhere',
    keys: [
      ['palette', [COMMAND, 'K']],
      ['newChat', [COMMAND, '⇧', 'O']],
      ['find', [COMMAND, 'F']],
      ['quote', [COMMAND, '⇧', '.']],
      ['settings', [COMMAND, ',']],
      ['focus', ['/']],
      ['stop', ['Esc']],
      ['undo', [COMMAND, 'Z']],
      ['help', ['?']],
    ],
  },
  {
    group: 'writing',
    keys: [
      ['send', sendKey === 'enter' ? ['↵'] : [COMMAND, '↵']],
      ['line', sendKey === 'enter' ? ['⇧', '↵'] : ['↵']],
      ['edit', ['↑']],
      ['model', ['@']],
      ['prompt', ['/']],
    ],
  },
  {
    group: 'list',
    keys: [
      ['rename', ['F2']],
      ['select', [COMMAND, '⇧']],
    ],
  },
]

/** All keys at a glance. */
export function ShortcutsSheet({ onClose }: { onClose: () => void }) {
  const { locale } = useSite()
  const sendKey = useChat((state) => state.preferences.sendKey)
  const texts = paletteTexts[locale]
  return (
    <Panel className="shortcuts" title={texts.shortcuts} close={texts.closeSheet} onClose={onClose}>
      <div className="shortcut-groups">
        {shortcutGroups(sendKey).map(({ group, keys }) => (
          <section key={group}>
            <h3 className="palette-heading">{texts.groups[group]}</h3>
            <dl>
              {keys.map(([name, caps]) => (
                <div key={name} className="shortcut-row">
                  <dt>{texts.keys[name]}</dt>
                  <dd>
                    {caps.map((cap) => (
                      <kbd key={cap}>{cap}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Panel>
  )
}
