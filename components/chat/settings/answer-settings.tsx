'use client'

import { useEffect, useId, useRef } from 'react'
import { modelTitle } from '#lib/chat/model-facts.ts'
import { MAX_INSTRUCTIONS_CHARS } from '#lib/chat/parts.ts'
import type { PreferencesChange } from '#lib/chat/preferences.ts'
import { preferencesTexts } from '#lib/i18n/rooms/preferences.ts'
import { useChat, useSite } from '../chat-context.ts'
import { useModels } from '../models/use-models.ts'

/** As `lib/chat/preferences.ts` has it, which the browser does not load. */
const MAX_NOTES_CHARS = 4_000

/** What answers begin with: a model, instructions, and what they should know about the person. */
export function AnswerSettings({ onChange }: { onChange: (change: PreferencesChange) => void }) {
  const { locale } = useSite()
  const { answers } = preferencesTexts[locale]
  const { model, instructions, notes, usesNotes } = useChat((state) => state.preferences)
  const models = useModels().answer?.models ?? []
  const modelId = useId()
  const isUnlisted = model !== null && !models.some(({ id }) => id === model)
  return (
    <section>
      <h3>{answers.title}</h3>
      <div className="settings-row">
        <label htmlFor={modelId}>{answers.model}</label>
        <select
          id={modelId}
          className="field-box"
          value={model ?? ''}
          onChange={(event) => onChange({ model: event.target.value || null })}
        >
          <option value="">{answers.lastModel}</option>
          {isUnlisted && <option value={model}>{modelTitle(model)}</option>}
          {models.map(({ id, name }) => (
            <option key={id} value={id}>
              {name ?? modelTitle(id)}
            </option>
          ))}
        </select>
      </div>
      <Writing
        label={answers.instructions}
        hint={answers.instructionsHint}
        max={MAX_INSTRUCTIONS_CHARS}
        value={instructions}
        onChange={(text) => onChange({ instructions: text })}
      />
      <Writing
        label={answers.notes}
        hint={answers.notesHint}
        max={MAX_NOTES_CHARS}
        value={notes}
        onChange={(text) => onChange({ notes: text })}
      />
      <label className="settings-check">
        <input
          type="checkbox"
          checked={usesNotes}
          onChange={(event) => onChange({ usesNotes: event.target.checked })}
        />
        {answers.usesNotes}
      </label>
    </section>
  )
}

/** A text that is stored when one leaves it, or closes the panel while in it. */
function Writing(props: {
  label: string
  hint: string
  max: number
  value: string
  onChange: (text: string) => void
}) {
  const id = useId()
  const box = useRef<HTMLTextAreaElement>(null)
  const stored = useRef(props.value)
  const save = useRef(() => {})
  save.current = () => {
    const text = box.current?.value ?? stored.current
    if (text === stored.current) return
    stored.current = text
    props.onChange(text)
  }
  useEffect(() => {
    const element = box.current
    return () => {
      // The box is gone from the page by now; its text is not.
      box.current = element
      save.current()
    }
  }, [])
  return (
    <div className="settings-writing">
      <label htmlFor={id}>{props.label}</label>
      <textarea
        ref={box}
        id={id}
        className="field-box"
        rows={3}
        maxLength={props.max}
        aria-describedby={`${id}-hint`}
        defaultValue={props.value}
        onBlur={() => save.current()}
      />
      <p id={`${id}-hint`} className="text-muted text-sm">
        {props.hint}
      </p>
    </div>
  )
}
