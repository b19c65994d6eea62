'use client'

import { useEffect, useState } from 'react'
import type { Receipt } from '#lib/chat/contract.ts'
import type { Dictionary } from '#lib/i18n/en.ts'
import { fill } from '#lib/i18n/fill.ts'
import { useSite } from '../chat-context.ts'
import { requestJson } from '../state/run-client.ts'

/** The whole receipt of an answer, fetched when it is opened: what each of its runs asked, got, and took. */
export function ReceiptDetails({ answerId }: { answerId: string }) {
  const { receipt: words } = useSite().texts
  const [receipts, setReceipts] = useState<readonly Receipt[] | 'failed' | null>(null)
  useEffect(() => {
    requestJson<{ receipts: Receipt[] }>(`/api/messages/${answerId}/receipts`).then(
      (found) => setReceipts(found.receipts),
      () => setReceipts('failed'),
    )
  }, [answerId])
  if (receipts === null) return <p>{words.loading}</p>
  if (receipts === 'failed') return <p>{words.failed}</p>
  if (receipts.length === 0) return <p>{words.none}</p>
  return receipts.map((receipt) => (
    <section key={receipt.runId}>
      {receipts.length > 1 && <h3>{fill(words.run, { number: receipt.number + 1 })}</h3>}
      <ReceiptRows receipt={receipt} />
      {receipt.isRawKept && (
        <a href={`/api/messages/${answerId}/raw?run=${receipt.runId}`} download>
          {words.raw}
        </a>
      )}
    </section>
  ))
}

type RowName = Exclude<
  keyof Dictionary['receipt'],
  'title' | 'loading' | 'failed' | 'none' | 'run' | 'raw' | 'tokenCounts'
>

/** What is known, one row each. */
function ReceiptRows({ receipt }: { receipt: Receipt }) {
  const { texts, locale } = useSite()
  const words = texts.receipt
  const number = new Intl.NumberFormat(locale)
  const seconds = (ms: number | null) =>
    ms === null ? null : fill(texts.answer.seconds, { count: number.format(ms / 1000) })
  const { tokens } = receipt
  const count = (value: number | null | undefined) => (value == null ? '–' : number.format(value))
  const rows: [RowName, string | null][] = [
    ['asked', receipt.modelAsked],
    ['served', receipt.modelServed],
    ['answered', receipt.modelAnswered],
    ['upstream', receipt.upstream],
    ['attempts', receipt.attempts === null ? null : number.format(receipt.attempts)],
    ['requestId', receipt.requestId],
    ['firstToken', seconds(receipt.firstTokenMs)],
    ['duration', seconds(receipt.durationMs)],
    [
      'tokens',
      tokens &&
        fill(words.tokenCounts, {
          input: count(tokens.input),
          output: count(tokens.output),
          reasoning: count(tokens.reasoning),
        }),
    ],
    ['bytes', receipt.rawSha256 && number.format(receipt.rawBytes)],
    ['sha256', receipt.rawSha256],
  ]
  return (
    <dl>
      {rows.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{words[name]}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
