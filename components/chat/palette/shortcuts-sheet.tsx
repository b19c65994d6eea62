'use client'

import { X } from 'lucide-react'
import { Modal } from '#components/ui/modal.tsx'
import { paletteTexts } from '#lib/i18n/rooms/palette.ts'
import { useSite } from '../chat-context.ts'
import './palette.css'

type KeyName = keyof (typeof paletteTexts)['en']['keys']

const groups: { group: keyof (typeof paletteTexts)['en']['groups']; keys: [KeyName, string[]][] }[] = [
  {
    group: 'everywhere',
    keys: [
      ['palette', ['Ctrl/⌘', 'K']],
      ['newChat', ['Ctrl/⌘', '⇧', 'O']],
      ['settings', ['Ctrl/⌘', ',']],
      ['focus', ['/']],
      ['stop', ['Esc']],
      ['undo', ['Ctrl/⌘', 'Z']],
      ['help', ['?']],
    ],
  },
  {
    group: 'writing',
    keys: [
      ['send', ['↵']],
      ['line', ['⇧', '↵']],
      ['edit', ['↑']],
    ],
  },
  {
    group: 'list',
    keys: [
      ['rename', ['F2']],
      ['select', ['Ctrl/⌘', '⇧']],
    ],
  },
]

/** All keys at a glance. */
export function ShortcutsSheet({ onClose }: { onClose: () => void }) {
  const { locale } = useSite()
  const texts = paletteTexts[locale]
  return (
    <Modal className="shortcuts" label={texts.shortcuts} onClose={onClose}>
      <div className="flex items-center justify-between gap-4">
        <h2 className="font-semibold text-base">{texts.shortcuts}</h2>
        <button
          type="button"
          className="icon-button"
          aria-label={texts.closeSheet}
          title={texts.closeSheet}
          onClick={onClose}
        >
          <X size={18} aria-hidden />
        </button>
      </div>
      {groups.map(({ group, keys }) => (
        <section key={group}>
          <h3 className="palette-heading">{texts.groups[group]}</h3>
          <dl className="shortcut-list">
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
    </Modal>
  )
}
