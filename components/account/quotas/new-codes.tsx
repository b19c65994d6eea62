'use client'

import { useEffect, useState } from 'react'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { redeemConsoleTexts } from '#lib/i18n/rooms/redeem.ts'

interface Props {
  name: string
  codes: readonly string[]
  locale: Locale
}

/** Codes that are shown once, to be copied or saved. */
export function NewCodes({ name, codes, locale }: Props) {
  const words = redeemConsoleTexts[locale]
  const [isCopied, setCopied] = useState(false)
  const url = useBlobUrl([words.column, ...codes].join('\r\n'))
  const text = codes.join('\n')
  return (
    <div className="new-codes" role="status" aria-label={fill(words.made, { name })}>
      <p>{words.once}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard. */}
      <pre tabIndex={0}>{text}</pre>
      <div className="flex flex-wrap gap-2">
        <a className="button button-primary" href={url} download={`${name.replaceAll(/[/\\:]/g, ' ')}.csv`}>
          {words.save}
        </a>
        <button
          type="button"
          className="button"
          onClick={() => navigator.clipboard.writeText(text).then(() => setCopied(true))}
        >
          {isCopied ? words.copied : words.copy}
        </button>
      </div>
    </div>
  )
}

/** A file of CSV (RFC 4180) that lives in this page alone, with the mark by which spreadsheets know UTF-8. */
function useBlobUrl(csv: string): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([`\uFEFF${csv}\r\n`], { type: 'text/csv;charset=utf-8' }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [csv])
  return url
}
