'use client'

import { Link2 } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { LoadFailed } from '#components/ui/load-failed.tsx'
import { Panel } from '#components/ui/panel.tsx'
import type { Share, ShareRequest } from '#lib/chat/sharing/share-contract.ts'
import { shareLifetimes } from '#lib/chat/sharing/share-lifetimes.ts'
import { shareDialogTexts } from '#lib/i18n/rooms/sharing.ts'
import { useChat, useReading } from '../chat-context.ts'
import { CopyButton } from '../copying/copy-button.tsx'
import { useConversationId } from '../navigation.ts'
import { runningAnswer } from '../state/chat-state.ts'
import { linkOf, ShareList } from './share-list.tsx'
import { type Shares, useShares } from './use-shares.ts'
import '#components/ui/field.css'
import './share-panel.css'

const useWords = () => shareDialogTexts[useReading().locale]

/** Shares the conversation on the page: as it is shown, or up to a message. */
export function SharePanel({ messageId, onClose }: { messageId: string | null; onClose: () => void }) {
  const words = useWords()
  const conversationId = useConversationId(null)
  const shownLeafId = useChat((state) => state.views[conversationId ?? '']?.leafId ?? null)
  const isRunning = useChat((state) => runningAnswer(state.views[conversationId ?? ''])?.id === shownLeafId)
  const shares = useShares()
  const [created, setCreated] = useState<Share | null>(null)
  const leafId = messageId ?? shownLeafId
  if (conversationId === null || leafId === null) return null
  const { list } = shares
  const earlier = Array.isArray(list)
    ? list.filter((share) => share.conversationId === conversationId && share.id !== created?.id)
    : []
  return (
    <SharingPanel title={words.title} shares={shares} onClose={onClose}>
      <p className="share-about">{messageId === null ? words.about : words.aboutPart}</p>
      {isRunning && created === null && <p className="share-about">{words.running}</p>}
      {created === null ? (
        <NewShare
          isCreating={shares.isCreating}
          onCreate={async (lifetimeDays) =>
            setCreated(await shares.create({ conversationId, leafId, lifetimeDays }))
          }
        />
      ) : (
        <CreatedShare share={created} />
      )}
      {(earlier.length > 0 || list === 'failed') && (
        <section className="share-earlier">
          <h3>{words.links}</h3>
          <NotLoaded shares={shares} />
          {earlier.length > 0 && <ShareList shares={earlier} onRevoke={shares.revoke} />}
        </section>
      )}
    </SharingPanel>
  )
}

/** Everything that the person shares, with the way to withdraw it. */
export function SharesPanel({ onClose }: { onClose: () => void }) {
  const words = useWords()
  const shares = useShares()
  return (
    <SharingPanel title={words.listTitle} shares={shares} onClose={onClose}>
      {shares.list === null && <p className="share-about">{words.loading}</p>}
      <NotLoaded shares={shares} />
      {Array.isArray(shares.list) && <ShareList shares={shares.list} onRevoke={shares.revoke} />}
      {Array.isArray(shares.list) && shares.list.length === 0 && !shares.hasRevoked && (
        <p className="share-about">{words.none}</p>
      )}
    </SharingPanel>
  )
}

/** In the list's place, when it could not be loaded. */
function NotLoaded({ shares: { list, reload } }: { shares: Shares }) {
  const words = useWords()
  return list === 'failed' && <LoadFailed words={words.loadFailed} retry={words.retry} onRetry={reload} />
}

interface SharingPanelProps {
  title: string
  shares: Shares
  onClose: () => void
  children: ReactNode
}

/** The dialog, with what became of the last thing that was done at its end. */
function SharingPanel({ title, shares, onClose, children }: SharingPanelProps) {
  const words = useWords()
  return (
    <Panel title={title} close={words.close} onClose={onClose}>
      {children}
      {shares.fault && (
        <p role="alert" className="share-fault">
          {words.faults[shares.fault]}
        </p>
      )}
      <p role="status" className="share-about empty:hidden">
        {shares.hasRevoked && words.revoked}
      </p>
    </Panel>
  )
}

type Lifetime = ShareRequest['lifetimeDays']

function NewShare(props: { isCreating: boolean; onCreate: (lifetime: Lifetime) => void }) {
  const words = useWords()
  const id = useId()
  const [lifetime, setLifetime] = useState<Lifetime>(null)
  return (
    <form
      className="share-line"
      onSubmit={(event) => {
        event.preventDefault()
        if (!props.isCreating) props.onCreate(lifetime)
      }}
    >
      <label htmlFor={id}>{words.lifetime}</label>
      <select
        id={id}
        className="field-box share-field"
        value={String(lifetime)}
        onChange={({ currentTarget: { value } }) =>
          setLifetime(shareLifetimes.find((days) => String(days) === value) ?? null)
        }
      >
        {shareLifetimes.map((days) => (
          <option key={days} value={String(days)}>
            {words.lifetimes[days ?? 'forever']}
          </option>
        ))}
      </select>
      <button type="submit" className="button button-primary ml-auto" disabled={props.isCreating}>
        <Link2 size={16} aria-hidden />
        {props.isCreating ? words.creating : words.create}
      </button>
    </form>
  )
}

/** The link, chosen as a whole when it is touched. */
function CreatedShare({ share }: { share: Share }) {
  const words = useWords()
  return (
    <>
      <div className="share-created">
        <input
          className="field-box share-field"
          aria-label={words.link}
          readOnly
          // biome-ignore lint/a11y/noAutofocus: what was just asked for is what comes next.
          autoFocus
          value={linkOf(share)}
          onFocus={({ currentTarget }) => {
            currentTarget.select()
            // Whose link it is stands at its beginning.
            currentTarget.scrollLeft = 0
          }}
        />
        <CopyButton
          label={words.copy}
          doneLabel={words.copied}
          content={() => ({ text: linkOf(share) })}
          className="icon-button share-copy"
        />
      </div>
      <p role="status" className="share-about">
        {words.created}
      </p>
    </>
  )
}
