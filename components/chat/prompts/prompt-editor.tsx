'use client'

import { useId, useState } from 'react'
import type { Prompt } from '#lib/chat/prompts.ts'
import { promptsTexts } from '#lib/i18n/rooms/prompts.ts'
import { useSite } from '../chat-context.ts'

/** Writes a prompt anew, or changes one. */
export function PromptEditor(props: {
  prompt: Prompt
  folders: readonly string[]
  onKeep: (prompt: Prompt) => Promise<void>
  onCancel: () => void
}) {
  const { locale } = useSite()
  const texts = promptsTexts[locale]
  const id = useId()
  const [isSaving, setSaving] = useState(false)
  const { prompt } = props
  return (
    <form
      className="py-2"
      onSubmit={async (event) => {
        event.preventDefault()
        const data = new FormData(event.currentTarget)
        const field = (name: string) => String(data.get(name) ?? '').trim()
        setSaving(true)
        await props.onKeep({
          id: prompt.id,
          title: field('title'),
          folder: field('folder'),
          text: field('text'),
        })
        setSaving(false)
      }}
    >
      <div className="prompt-field">
        <label htmlFor={`${id}-title`}>{texts.fields.title}</label>
        <input
          id={`${id}-title`}
          name="title"
          className="field-box"
          required
          pattern=".*\S.*"
          maxLength={100}
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: it was opened to write in.
          autoFocus
          defaultValue={prompt.title}
        />
      </div>
      <div className="prompt-field">
        <label htmlFor={`${id}-folder`}>{texts.fields.folder}</label>
        <input
          id={`${id}-folder`}
          name="folder"
          className="field-box"
          maxLength={60}
          list={`${id}-folders`}
          autoComplete="off"
          defaultValue={prompt.folder}
        />
        <datalist id={`${id}-folders`}>
          {props.folders.filter(Boolean).map((folder) => (
            <option key={folder} value={folder} />
          ))}
        </datalist>
      </div>
      <div className="prompt-field">
        <label htmlFor={`${id}-text`}>{texts.fields.text}</label>
        <textarea
          id={`${id}-text`}
          name="text"
          className="field-box min-h-40"
          rows={8}
          required
          maxLength={20_000}
          aria-describedby={`${id}-hint`}
          defaultValue={prompt.text}
        />
        <p id={`${id}-hint`} className="text-muted text-sm">
          {texts.textHint}
        </p>
      </div>
      <div className="mt-4 flex justify-end gap-2">
        <button type="button" className="button" onClick={props.onCancel}>
          {texts.cancel}
        </button>
        <button type="submit" className="button button-primary" disabled={isSaving}>
          {texts.save}
        </button>
      </div>
    </form>
  )
}
