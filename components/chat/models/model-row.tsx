'use client'

import { Brain, Check, Eye, Wrench } from 'lucide-react'
import { type Model, modelTitle } from '#lib/chat/model-facts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { modelsTexts } from '#lib/i18n/rooms/models.ts'
import { useSite } from '../chat-context.ts'

export interface ModelRowProps {
  id: string
  model: Model
  isDefault: boolean
  isSelected: boolean
  /** Has a tick. */
  isTicked?: boolean
  /** The keyboard is on it. */
  isActive: boolean
  onPoint: () => void
  onChoose: () => void
}

/** A model among others: its name, what it can do, how much it reads at once, what it costs. */
export function ModelRow({ model, isDefault, isSelected, isTicked, ...row }: ModelRowProps) {
  const { locale } = useSite()
  const texts = modelsTexts[locale]
  const name = model.name ?? modelTitle(model.id)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field has the keyboard.
    <div
      id={row.id}
      role="option"
      aria-selected={isSelected}
      aria-disabled={model.isForbidden}
      data-active={row.isActive || undefined}
      className="model-row"
      onPointerMove={() => row.isActive || row.onPoint()}
      onClick={row.onChoose}
    >
      <span className="model-words">
        <span className="model-name">
          <span className="truncate">{name}</span>
          {isDefault && <span className="model-default">{texts.isDefault}</span>}
        </span>
        <span className="model-more">
          {model.isForbidden && <span className="flex-none">{texts.forbidden}</span>}
          {name.toLowerCase().replaceAll(' ', '-') !== model.id.toLowerCase() && (
            <span className="truncate">{model.id}</span>
          )}
          <ModelPrice model={model} />
        </span>
      </span>
      <ModelAbilities model={model} />
      {isTicked !== undefined && (
        <span className="model-check">{isTicked && <Check size={16} aria-hidden />}</span>
      )}
    </div>
  )
}

const sign = { size: 15, 'aria-hidden': true } as const

function ModelPrice({ model: { price } }: { model: Model }) {
  const { locale } = useSite()
  const texts = modelsTexts[locale]
  if (!price) return null
  const dollars = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    maximumSignificantDigits: 3,
  })
  return (
    <span className="flex-none" title={texts.priceHint}>
      <span className="sr-only">{texts.priceHint} </span>
      {dollars.format(price.input)} / {dollars.format(price.output)}
    </span>
  )
}

function ModelAbilities({ model }: { model: Model }) {
  const { locale } = useSite()
  const texts = modelsTexts[locale]
  const abilities = [
    { can: model.vision, label: texts.vision, icon: <Eye {...sign} /> },
    { can: model.reasoning, label: texts.reasoning, icon: <Brain {...sign} /> },
    { can: model.tools, label: texts.tools, icon: <Wrench {...sign} /> },
  ]
  // Contexts are named in thousands everywhere, in Chinese too.
  const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
  return (
    <span className="model-facts">
      {model.contextTokens !== undefined && (
        <span title={fill(texts.context, { tokens: model.contextTokens.toLocaleString(locale) })}>
          <span className="sr-only">{texts.contextLabel} </span>
          {compact.format(model.contextTokens)}
        </span>
      )}
      {abilities.map(({ can, label, icon }) => (
        <span key={label} className="model-ability" title={can ? label : undefined}>
          {can && icon}
          {can && <span className="sr-only">{label}</span>}
        </span>
      ))}
    </span>
  )
}
