'use client'

import { type RefObject, useState } from 'react'
import { createPortal } from 'react-dom'
import type { Model } from '#lib/chat/model-facts.ts'
import { PromptForm } from '../prompts/prompt-form.tsx'
import { variablesOf } from '../prompts/template.ts'
import { ModelSuggestions } from './model-suggestions.tsx'
import { PromptSuggestions } from './prompt-suggestions.tsx'
import type { SuggestionKeys } from './suggestion-list.tsx'
import type { Trigger } from './trigger.ts'

/** What the composer offers for letters that ask for something; and the form of a prompt that asks for more. */
export function Suggestions(props: {
  box: RefObject<HTMLTextAreaElement | null>
  trigger: Trigger | null
  keys: RefObject<SuggestionKeys | null>
  onClose: () => void
  onChooseModel: (model: Model) => void
  /** Puts a text where the caret is. */
  onInsert: (text: string) => void
}) {
  const { trigger, onChooseModel, onInsert, ...shared } = props
  const [template, setTemplate] = useState<{ title: string; text: string } | null>(null)
  return (
    <>
      {trigger?.kind === 'model' && (
        <ModelSuggestions {...shared} trigger={trigger} onChoose={onChooseModel} />
      )}
      {trigger?.kind === 'prompt' && (
        <PromptSuggestions
          {...shared}
          trigger={trigger}
          onChoose={(prompt) => {
            if (variablesOf(prompt.text).length > 0) setTemplate(prompt)
            else onInsert(prompt.text)
          }}
        />
      )}
      {/* Out of the composer's form: forms do not nest. */}
      {template &&
        createPortal(
          <PromptForm
            prompt={template}
            onFilled={(text) => {
              setTemplate(null)
              onInsert(text)
            }}
            onClose={() => setTemplate(null)}
          />,
          document.body,
        )}
    </>
  )
}
