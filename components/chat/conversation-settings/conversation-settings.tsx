'use client'

import { type ReactNode, useId, useState } from 'react'
import { Panel } from '#components/ui/panel.tsx'
import type { Conversation } from '#lib/chat/contract.ts'
import type { SettingsChange } from '#lib/chat/conversation-settings.ts'
import { type HostedTool, hostedTools } from '#lib/chat/hosted-tools.ts'
import { modelTitle } from '#lib/chat/model-facts.ts'
import { MAX_INSTRUCTIONS_CHARS, reasoningEfforts } from '#lib/chat/parts.ts'
import { conversationSettingsTexts } from '#lib/i18n/rooms/conversation-settings.ts'
import { toolTexts } from '#lib/i18n/rooms/tools.ts'
import { useChat, useSite, useStore } from '../chat-context.ts'
import { useModels } from '../models/use-models.ts'
import { useConversationId } from '../navigation.ts'
import { changeSettings } from '../state/conversation-actions.ts'
import '#components/ui/field.css'
import './conversation-settings.css'

/** How the conversation on the page is to be answered. */
export function ConversationSettingsPanel({ onClose }: { onClose: () => void }) {
  const { locale } = useSite()
  const texts = conversationSettingsTexts[locale]
  const id = useConversationId(null)
  const conversation = useChat((state) => state.conversations.find((one) => one.id === id))
  if (!conversation) return null
  return (
    <Panel className="conversation-settings" title={texts.title} close={texts.close} onClose={onClose}>
      <p className="mb-2 text-muted text-sm">{texts.about}</p>
      <SettingsForm conversation={conversation} onClose={onClose} />
    </Panel>
  )
}

function SettingsForm({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const store = useStore()
  const { locale, tools: offered } = useSite()
  const texts = conversationSettingsTexts[locale]
  const { settings } = conversation
  const modelsId = useId()
  const models = useModels().answer?.models ?? []
  const [fault, setFault] = useState('')
  const [isSaving, setSaving] = useState(false)
  const [temperature, setTemperature] = useState(settings.temperature)

  const save = async (form: FormData) => {
    const change = { ...readForm(form, offered.length > 0), temperature: temperature ?? null }
    if (change.model !== null && /\s/.test(change.model)) return setFault(texts.wrongModel)
    setSaving(true)
    const isSaved = await changeSettings(store, conversation, change)
    setSaving(false)
    if (isSaved) onClose()
    else setFault(texts.notSaved)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save(new FormData(event.currentTarget))
      }}
    >
      <Field label={texts.model} hint={texts.modelHint}>
        {(field) => (
          <input
            {...field}
            name="model"
            className="field-box"
            autoComplete="off"
            spellCheck={false}
            list={modelsId}
            maxLength={200}
            defaultValue={settings.model}
          />
        )}
      </Field>
      <datalist id={modelsId}>
        {models.map(({ id, name }) => (
          <option key={id} value={id}>
            {name ?? modelTitle(id)}
          </option>
        ))}
      </datalist>
      <Field label={texts.instructions} hint={texts.instructionsHint}>
        {(field) => (
          <textarea
            {...field}
            name="instructions"
            className="field-box"
            rows={4}
            maxLength={MAX_INSTRUCTIONS_CHARS}
            defaultValue={settings.instructions}
          />
        )}
      </Field>
      <Field label={texts.temperature} hint={texts.temperatureHint}>
        {(field) => (
          <div className="field-line">
            <input
              {...field}
              type="range"
              min={0}
              max={2}
              step={0.1}
              value={temperature ?? 1}
              data-unset={temperature === undefined || undefined}
              onChange={(event) => setTemperature(event.target.valueAsNumber)}
            />
            <output>{temperature?.toFixed(1) ?? texts.byDefault}</output>
            {temperature !== undefined && (
              <button type="button" className="button" onClick={() => setTemperature(undefined)}>
                {texts.byDefault}
              </button>
            )}
          </div>
        )}
      </Field>
      <Field label={texts.effort} hint={texts.effortHint}>
        {(field) => (
          <select
            {...field}
            name="effort"
            className="field-box"
            defaultValue={settings.reasoningEffort ?? ''}
          >
            <option value="">{texts.byDefault}</option>
            {reasoningEfforts.map((effort) => (
              <option key={effort} value={effort}>
                {texts.efforts[effort]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ToolFields chosen={settings.tools ?? []} />
      {fault !== '' && (
        <p role="alert" className="mt-3 text-danger text-sm">
          {fault}
        </p>
      )}
      <div className="mt-5 flex justify-end gap-2">
        <button type="button" className="button" onClick={onClose}>
          {texts.cancel}
        </button>
        <button type="submit" className="button button-primary" disabled={isSaving}>
          {isSaving ? texts.saving : texts.save}
        </button>
      </div>
    </form>
  )
}

/** A tick for each tool that the site offers. */
function ToolFields({ chosen }: { chosen: readonly HostedTool[] }) {
  const { locale, tools, texts: page } = useSite()
  const texts = toolTexts[locale]
  return (
    <fieldset className="field">
      <legend>{page.composer.tools}</legend>
      {tools.map((tool) => (
        <label key={tool} className="field-tick">
          <input type="checkbox" name="tools" value={tool} defaultChecked={chosen.includes(tool)} />
          <span>
            {page.composer.toolNames[tool]}
            <span className="field-tick-hint">{texts.hints[tool]}</span>
          </span>
        </label>
      ))}
      <p>{tools.length > 0 ? texts.about : texts.siteHasNone}</p>
    </fieldset>
  )
}

interface FieldProps {
  label: string
  hint: string
  children: (field: { id: string; 'aria-describedby': string }) => ReactNode
}

function Field({ label, hint, children }: FieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-hint` })}
      <p id={`${id}-hint`}>{hint}</p>
    </div>
  )
}

/** What is empty takes its setting back. */
function readForm(form: FormData, hasTools: boolean) {
  const text = (name: string) => String(form.get(name) ?? '').trim() || null
  const effort = text('effort')
  const tools = hostedTools.filter((tool) => form.getAll('tools').includes(tool))
  return {
    model: text('model'),
    instructions: text('instructions'),
    reasoningEffort: reasoningEfforts.find((one) => one === effort) ?? null,
    ...(hasTools && { tools: tools.length > 0 ? tools : null }),
  } satisfies SettingsChange
}
