'use client'

import { Search } from 'lucide-react'
import { type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import type { Model } from '#lib/chat/model-facts.ts'
import { modelsTexts } from '#lib/i18n/rooms/models.ts'
import { useSite } from '../chat-context.ts'
import { MAX_COMPARED } from '../comparison/compare.ts'
import { isComposing } from '../typing/is-composing.ts'
import { fits } from './fits.ts'
import { ModelRow } from './model-row.tsx'
import { Several } from './several.tsx'
import { useModels } from './use-models.ts'
import './models.css'

export type ChosenModel = Model & { isDefault: boolean }

/** The models to choose from: beside the button that opened it, on phones a sheet. */
export function ModelPicker(props: {
  anchor: RefObject<HTMLElement | null>
  selectedId: string | null
  onChoose: (model: ChosenModel) => void
  onSeveral?: ((ids: string[]) => void) | undefined
  onClose: () => void
}) {
  const { locale } = useSite()
  const texts = modelsTexts[locale]
  const popover = useRef<HTMLDivElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  /** Those chosen so far, while several are. */
  const [several, setSeveral] = useState<readonly string[] | null>(null)
  const listId = useId()
  const { answer, failed, retry } = useModels()
  const selectedId = props.selectedId ?? answer?.defaultId ?? null
  const models = (answer?.models ?? []).filter((model) => fits(model, query))
  const offered = (answer?.models ?? []).filter(({ isForbidden }) => !isForbidden).length
  const at = Math.min(active, models.length - 1)

  useLayoutEffect(() => {
    if (!popover.current || !props.anchor.current) return
    place(popover.current, props.anchor.current)
    popover.current.showPopover()
    // On a phone the keyboard would cover the list.
    const isFine = matchMedia('(pointer: fine)').matches
    ;(isFine ? field.current : popover.current)?.focus()
  }, [props.anchor])
  useEffect(() => {
    document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [at, listId])
  const choose = (model: Model | undefined) => {
    if (!model || model.isForbidden) return
    if (several) return setSeveral(toggled(several, model.id))
    popover.current?.hidePopover()
    props.onChoose({ ...model, isDefault: model.id === answer?.defaultId })
  }
  const move = (step: number) => setActive((at + step + models.length) % Math.max(1, models.length))

  return (
    <div
      ref={popover}
      popover="auto"
      className="model-picker"
      role="dialog"
      tabIndex={-1}
      aria-label={texts.title}
      onKeyDown={(event) => {
        if (isComposing(event) || event.target instanceof HTMLButtonElement) return
        if (event.key === 'ArrowDown') move(1)
        else if (event.key === 'ArrowUp') move(-1)
        else if (event.key === 'Enter') choose(models[at])
        else return
        event.preventDefault()
      }}
      onToggle={(event) => event.newState === 'closed' && props.onClose()}
    >
      <div className="model-search">
        <Search size={16} className="flex-none text-muted" aria-hidden />
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-label={texts.search}
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={models.length > 0 ? `${listId}-${at}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          placeholder={texts.search}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setActive(0)
          }}
        />
      </div>
      <div
        id={listId}
        role="listbox"
        aria-label={texts.title}
        aria-multiselectable={several !== null}
        tabIndex={-1}
        className="model-list"
      >
        {models.map((model, index) => (
          <ModelRow
            key={model.id}
            id={`${listId}-${index}`}
            model={model}
            isDefault={model.id === answer?.defaultId}
            isSelected={several ? several.includes(model.id) : model.id === selectedId}
            isTicked={several ? several.includes(model.id) : model.id === selectedId}
            isActive={index === at}
            onPoint={() => setActive(index)}
            onChoose={() => choose(model)}
          />
        ))}
      </div>
      {answer && models.length === 0 && <p className="model-word">{texts.nothing}</p>}
      {!answer && !failed && (
        <p className="model-word" role="status">
          {texts.loading}
        </p>
      )}
      {props.onSeveral && offered > 1 && (
        <Several
          chosen={several}
          offered={offered}
          onBegin={() => setSeveral([])}
          onDone={(ids) => {
            popover.current?.hidePopover()
            props.onSeveral?.([...ids])
          }}
        />
      )}
      {(failed || answer?.isIncomplete) && (
        <div className="model-word" role="status">
          <p>{texts.failed}</p>
          <button type="button" className="button mt-2" onClick={retry}>
            {texts.retry}
          </button>
        </div>
      )}
    </div>
  )
}

/** With the one, or without; the first gives way where there would be too many. */
function toggled(ids: readonly string[], id: string): readonly string[] {
  return ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id].slice(-MAX_COMPARED)
}

const GAP = 8

/** Puts it above or below the anchor, where there is more room. A narrow page's style sheet has its own place for it. */
function place(popover: HTMLElement, anchor: HTMLElement): void {
  const { left, top, bottom } = anchor.getBoundingClientRect()
  const isAbove = top > window.innerHeight - bottom
  const room = (isAbove ? top : window.innerHeight - bottom) - 2 * GAP
  const style = {
    '--left': `${left}px`,
    '--top': isAbove ? 'auto' : `${bottom + GAP}px`,
    '--bottom': isAbove ? `${window.innerHeight - top + GAP}px` : 'auto',
    '--room': `${room}px`,
  }
  for (const [name, value] of Object.entries(style)) popover.style.setProperty(name, value)
}
