'use client'

import { Panel } from '#components/ui/panel.tsx'
import { paletteTexts } from '#lib/i18n/rooms/palette.ts'
import { useSite } from '../chat-context.ts'
import { COMMAND } from './command-key.ts'
import './palette.css'

type KeyName = keyof (typeof paletteTexts)['en']['keys']

const groups: { group: keyof (typeof paletteTexts)['en']['groups']; keys: [KeyName, string[]][] }[] = [
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
      ['send', ['↵']],
      ['line', ['⇧', '↵']],
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
  const texts = paletteTexts[locale]
  return (
    <Panel className="shortcuts" title={texts.shortcuts} close={texts.closeSheet} onClose={onClose}>
      <div className="shortcut-groups">
        {groups.map(({ group, keys }) => (
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
