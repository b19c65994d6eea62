'use client'

import { ChevronDown, X } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { fill } from '#lib/i18n/fill.ts'
import { useChat, useStore, useTexts } from '../chat-context.ts'
import { loadDraftModels, saveDraftModels } from '../state/drafts.ts'
import { chooseModel, chosenModel } from './choose-model.ts'
import { useModelName } from './known-models.ts'
import { ModelMenu } from './model-menu.tsx'

/** The models that the next message alone is for; they are kept as its draft is. */
export function useModelsForOnce(key: string) {
  const [models, setModels] = useState<readonly string[]>([])
  useEffect(() => setModels(loadDraftModels(key)), [key])
  const change = useCallback(
    (to: readonly string[]) => {
      saveDraftModels(key, to)
      setModels(to)
    },
    [key],
  )
  return [models, change] as const
}

/** The models of {@link useModelsForOnce}, each to be dropped. */
export function OnceModels(props: { ids: readonly string[]; onChange: (ids: readonly string[]) => void }) {
  if (props.ids.length === 0) return null
  return (
    <div className="composer-once">
      {props.ids.map((id) => (
        <OnceModel
          key={id}
          id={id}
          onDrop={() => props.onChange(props.ids.filter((other) => other !== id))}
        />
      ))}
    </div>
  )
}

function OnceModel({ id, onDrop }: { id: string; onDrop: () => void }) {
  const { composer } = useTexts()
  const name = useModelName(id) ?? id
  const label = fill(composer.forThis, { name })
  return (
    <button
      type="button"
      className="model-button"
      data-once
      aria-label={label}
      title={label}
      onClick={onDrop}
    >
      <span className="truncate">@ {name}</span>
      <X size={14} className="flex-none" aria-hidden />
    </button>
  )
}

/** Which model answers here, and the way to another, or to several. */
export function ModelButton(props: {
  conversationId: string | null
  onChosen: () => void
  onSeveral: (ids: string[]) => void
}) {
  const store = useStore()
  const { composer } = useTexts()
  const chosen = useChat((state) => chosenModel(state, props.conversationId))
  const name = useModelName(chosen)
  return (
    <ModelMenu
      className="model-button"
      label={name === null ? composer.model : fill(composer.modelIs, { name })}
      selectedId={chosen}
      onChoose={({ id, isDefault }) => {
        void chooseModel(store, props.conversationId, isDefault ? null : id)
        props.onChosen()
      }}
      onSeveral={(ids) => {
        props.onSeveral(ids)
        props.onChosen()
      }}
    >
      <span className="truncate">{name ?? composer.model}</span>
      <ChevronDown size={14} className="flex-none" aria-hidden />
    </ModelMenu>
  )
}
