'use client'

import { useState } from 'react'
import { fill } from '#lib/i18n/fill.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import type { MailTexts } from '#lib/i18n/rooms/mail.ts'
import { AccountPanel } from './account-panel.tsx'
import { ActionButton } from './actions.tsx'

/** Says that the address is not confirmed, and sends the link again. */
export function ConfirmPanel(props: {
  email: string
  texts: MailTexts['unconfirmed']
  errors: AccountTexts['errors']
}) {
  const { texts } = props
  const [isSent, setSent] = useState(false)
  return (
    <AccountPanel title={texts.title}>
      <p>{texts.text}</p>
      <ActionButton endpoint="/api/account/confirmation" errors={props.errors} onDone={() => setSent(true)}>
        {fill(texts.send, { email: props.email })}
      </ActionButton>
      <p role="status" className="account-done">
        {isSent ? texts.sent : null}
      </p>
    </AccountPanel>
  )
}
