'use client'

import { fill } from '#lib/i18n/fill.ts'
import { useSite, useTexts } from '../chat-context.ts'
import { useKnownModels } from '../models/known-models.ts'

/** Below that nobody wonders how long a message is. */
const SHOWN_FROM_CHARS = 8_000

/**
 * About how many tokens a long text is, in two digits; 0 for one that is not worth a word. A Chinese, Japanese or Korean
 * character is about one, four letters of an alphabet are about one.
 */
export function estimateTokens(text: string): number {
  if (text.length < SHOWN_FROM_CHARS) return 0
  const wide = text.match(/[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]/g)?.length ?? 0
  return Number((wide + (text.length - wide) / 4).toPrecision(2))
}

/** How much of a model's context a long message will take. */
export function TokenMeter({ tokens, modelId }: { tokens: number; modelId: string | null }) {
  const { locale } = useSite()
  const { composer } = useTexts()
  const known = useKnownModels()
  if (tokens === 0) return null
  const id = modelId ?? known?.defaultId
  const max = known?.models.find((model) => model.id === id)?.contextTokens
  const isOver = max !== undefined && tokens > max
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 2 })
  const values = { count: compact.format(tokens), max: compact.format(max ?? 0) }
  return (
    <span className={`truncate text-xs ${isOver ? 'text-danger' : 'text-muted'}`}>
      {fill(isOver ? composer.tokensOver : composer.tokens, values)}
    </span>
  )
}
