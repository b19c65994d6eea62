'use client'

import { Download, Upload } from 'lucide-react'
import { useRef } from 'react'
import { IconButton } from '#components/ui/icon-button.tsx'
import type { Prompt } from '#lib/chat/prompts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { promptsTexts } from '#lib/i18n/rooms/prompts.ts'
import { useSite } from '../chat-context.ts'
import { saveFile } from '../data/save-file.ts'
import { promptFile, readPromptFile } from './prompt-file.ts'

/** What the panel has to say, and what can be done about it. */
export interface Word {
  text: string
  undo?: () => void
}

/** Prompts out as a file, and in from one. */
export function PromptMoving(props: {
  own: readonly Prompt[]
  keep: (prompts: readonly Prompt[]) => Promise<boolean>
  onWord: (word: Word | null) => void
}) {
  const { locale } = useSite()
  const texts = promptsTexts[locale]
  const input = useRef<HTMLInputElement>(null)
  const takeIn = async (file: File) => {
    const found = readPromptFile(await file.text(), props.own)
    if (!found) return props.onWord({ text: texts.unreadable })
    if (found.length === 0) return props.onWord({ text: texts.nothingNew })
    if (!(await props.keep(found))) return
    const form = new Intl.PluralRules(locale).select(found.length) === 'one' ? 'one' : 'other'
    props.onWord({ text: fill(texts.imported[form], { count: found.length }) })
  }
  return (
    <>
      <IconButton label={texts.import} onClick={() => input.current?.click()}>
        <Upload size={17} aria-hidden />
      </IconButton>
      <IconButton
        label={texts.export}
        disabled={props.own.length === 0}
        onClick={() => saveFile(promptFile(props.own), 'prompts.json')}
      >
        <Download size={17} aria-hidden />
      </IconButton>
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,application/json"
        data-testid="prompt-file"
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) void takeIn(file)
        }}
      />
    </>
  )
}
