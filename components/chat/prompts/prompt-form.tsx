'use client'

import { useId } from 'react'
import { Modal } from '#components/ui/modal.tsx'
import { promptsTexts } from '#lib/i18n/rooms/prompts.ts'
import { useSite } from '../chat-context.ts'
import { isComposing } from '../typing/is-composing.ts'
import { fillVariables, variablesOf } from './template.ts'
import '#components/ui/field.css'
import './prompts.css'

/** Asks for what a prompt leaves open. What is left empty stays open, to be written in the composer. */
export function PromptForm(props: {
  prompt: { title: string; text: string }
  onFilled: (text: string) => void
  onClose: () => void
}) {
  const { locale } = useSite()
  const texts = promptsTexts[locale]
  const id = useId()
  const { prompt } = props
  const names = variablesOf(prompt.text)

  const submit = (form: HTMLFormElement) => {
    const data = new FormData(form)
    const values = names.map((name): [string, string] => [name, String(data.get(name) ?? '').trim()])
    props.onFilled(fillVariables(prompt.text, new Map(values.filter(([, value]) => value !== ''))))
  }
  return (
    <Modal className="prompt-form" label={prompt.title} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          // Within the composer's form as far as React is concerned.
          event.stopPropagation()
          submit(event.currentTarget)
        }}
      >
        <h2 className="font-semibold text-base">{prompt.title}</h2>
        {names.map((name, index) => (
          <div key={name} className="prompt-field">
            <label htmlFor={`${id}-${index}`}>{name}</label>
            <textarea
              id={`${id}-${index}`}
              name={name}
              className="field-box"
              rows={1}
              // biome-ignore lint/a11y/noAutofocus: it was opened to write in.
              autoFocus={index === 0}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return
                event.preventDefault()
                event.currentTarget.form?.requestSubmit()
              }}
            />
          </div>
        ))}
        <div className="mt-4 flex justify-end gap-2">
          <button type="button" className="button" onClick={props.onClose}>
            {texts.cancel}
          </button>
          <button type="submit" className="button button-primary">
            {texts.insert}
          </button>
        </div>
      </form>
    </Modal>
  )
}
