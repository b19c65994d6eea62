'use client'

import { X } from 'lucide-react'
import { useSite, useTexts } from './chat-context.ts'
import { CopyButton } from './copying/copy-button.tsx'
import { OWN_KEY, showPanel } from './panels.ts'
import { useOwnKey } from './state/own-key.ts'

const PANEL_ID = 'set-a-key'
const START_COMMAND = 'OPENAI_API_KEY=sk-... npm start'
const ENV_LINE = 'OPENAI_API_KEY=sk-...'

/** Says that no model answers here, or only with a key of one's own, on every page, for as long as that is so. */
export function DemoNotice() {
  const { upstream, ownKeys } = useSite()
  const { demo } = useTexts()
  const ownKey = useOwnKey()
  if (upstream === 'real' && (ownKeys !== 'needed' || ownKey !== null)) return null
  const { full, how, short } =
    upstream === 'real'
      ? { full: demo.ownKey, how: demo.enterKey, short: demo.ownKeyLabel }
      : upstream === 'demo'
        ? { full: demo.banner, how: demo.how, short: demo.label }
        : { full: demo.noKey, how: demo.how, short: demo.noKeyLabel }
  return (
    <div className="demo-notice">
      <span className="demo-full">{full}</span>
      <KeyHelpButton className="demo-full">{how}</KeyHelpButton>
      <KeyHelpButton className="demo-short">{short}</KeyHelpButton>
    </div>
  )
}

interface KeyButtonProps {
  className: string
  children: string
}

function KeyHelpButton(props: KeyButtonProps) {
  const { ownKeys } = useSite()
  const ownKey = useOwnKey()
  return ownKeys === 'needed' || ownKey ? <OwnKeyButton {...props} /> : <SetKeyButton {...props} />
}

/** Opens the settings where a person's own key is. */
export function OwnKeyButton({ className, children }: KeyButtonProps) {
  return (
    <button type="button" className={className} onClick={() => showPanel('settings', OWN_KEY)}>
      {children}
    </button>
  )
}

/** Opens the panel of {@link KeyHelp}: how the key of the site is set. */
export function SetKeyButton({ className, children }: KeyButtonProps) {
  return (
    <button type="button" className={className} popoverTarget={PANEL_ID}>
      {children}
    </button>
  )
}

/** How to set a key; one panel for the whole page. */
export function KeyHelp() {
  const { demo } = useTexts()
  return (
    <div id={PANEL_ID} popover="auto" className="key-help" role="dialog" aria-label={demo.title}>
      <div className="flex items-start justify-between gap-4">
        <h2 className="pt-1 font-semibold">{demo.title}</h2>
        <button
          type="button"
          className="icon-button -mt-1 -mr-2"
          aria-label={demo.close}
          popoverTarget={PANEL_ID}
          popoverTargetAction="hide"
        >
          <X size={18} aria-hidden />
        </button>
      </div>
      <p className="mt-1">{demo.step}</p>
      <Command text={START_COMMAND} />
      <p className="mt-4">{demo.file}</p>
      <Command text={ENV_LINE} />
      <p className="mt-4 text-muted text-sm">{demo.safe}</p>
    </div>
  )
}

function Command({ text }: { text: string }) {
  const { demo, code } = useTexts()
  return (
    <div className="command">
      <code>{text}</code>
      <CopyButton label={demo.copy} doneLabel={code.copied} content={() => ({ text })} />
    </div>
  )
}
