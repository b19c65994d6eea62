'use client'

import type { Model } from '#lib/chat/model-facts.ts'
import { modelsTexts } from '#lib/i18n/rooms/models.ts'
import { useSite } from '../chat-context.ts'
import { fits } from '../models/fits.ts'
import { ModelRow } from '../models/model-row.tsx'
import { useModels } from '../models/use-models.ts'
import { SuggestionList, type SuggestionsProps } from './suggestion-list.tsx'
import '../models/models.css'

/** The models that fit what was written behind the `@`. */
export function ModelSuggestions({
  onChoose,
  ...props
}: SuggestionsProps & { onChoose: (model: Model) => void }) {
  const { locale } = useSite()
  const { answer } = useModels()
  const models = (answer?.models ?? []).filter(
    (model) => !model.isForbidden && fits(model, props.trigger.query),
  )
  return (
    <SuggestionList
      {...props}
      label={modelsTexts[locale].forThis}
      count={models.length}
      onChoose={(index) => {
        const model = models[index]
        if (model) onChoose(model)
      }}
      row={(index, row) => {
        const model = models[index]
        return (
          model && (
            <ModelRow key={model.id} {...row} model={model} isDefault={model.id === answer?.defaultId} />
          )
        )
      }}
    />
  )
}
