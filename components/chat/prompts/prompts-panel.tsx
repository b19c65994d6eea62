'use client'

import { Copy, Pencil, Plus, Trash2, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Modal } from '#components/ui/modal.tsx'
import type { Prompt } from '#lib/chat/prompts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { promptsTexts } from '#lib/i18n/rooms/prompts.ts'
import { useSite } from '../chat-context.ts'
import { newId } from '../state/new-id.ts'
import { PromptEditor } from './prompt-editor.tsx'
import { PromptMoving, type Word } from './prompt-moving.tsx'
import { deletePrompt, savePrompts, usePrompts } from './use-prompts.ts'
import '#components/ui/field.css'
import './prompts.css'

const sign = { size: 16, 'aria-hidden': true } as const

/** The library: the person's prompts by folder, to be written, changed, deleted and moved, and those of the site. */
export function PromptsPanel({ onClose }: { onClose: () => void }) {
  const { locale } = useSite()
  const texts = promptsTexts[locale]
  const own = usePrompts()
  const [edited, setEdited] = useState<Prompt | null>(null)
  const [word, setWord] = useState<Word | null>(null)
  const keep = async (prompts: readonly Prompt[]) => {
    const isSaved = await savePrompts(prompts)
    setWord(isSaved ? null : { text: texts.notSaved })
    return isSaved
  }
  const remove = async (prompt: Prompt) => {
    if (!(await deletePrompt(prompt.id))) return setWord({ text: texts.notSaved })
    setWord({ text: texts.deleted, undo: () => void keep([prompt]) })
  }
  const folders = [...new Set((own ?? []).map(({ folder }) => folder))]
  return (
    <Modal className="prompts" label={texts.title} onClose={onClose}>
      <header className="prompts-head">
        <h2 className="grow font-semibold text-base">{texts.title}</h2>
        <PromptMoving own={own ?? []} keep={keep} onWord={setWord} />
        <IconButton label={texts.close} onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      <div className="prompts-body">
        {edited ? (
          <PromptEditor
            key={edited.id}
            prompt={edited}
            folders={folders}
            onKeep={async (prompt) => {
              if (await keep([prompt])) setEdited(null)
            }}
            onCancel={() => setEdited(null)}
          />
        ) : (
          <>
            <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-2">
              <p className="min-w-60 flex-1 text-muted text-sm">{texts.about}</p>
              <button
                type="button"
                className="button flex-none"
                onClick={() => setEdited({ id: newId(), title: '', folder: '', text: '' })}
              >
                <Plus {...sign} />
                {texts.add}
              </button>
            </div>
            {own?.length === 0 && <p className="py-2 text-sm">{texts.none}</p>}
            {folders.map((folder) => (
              <Shelf key={folder} title={folder || (folders.length > 1 ? texts.noFolder : texts.own)}>
                {(own ?? [])
                  .filter((prompt) => prompt.folder === folder)
                  .map((prompt) => (
                    <Line key={prompt.id} prompt={prompt}>
                      <IconButton label={fill(texts.edit, prompt)} onClick={() => setEdited(prompt)}>
                        <Pencil {...sign} />
                      </IconButton>
                      <IconButton label={fill(texts.remove, prompt)} onClick={() => void remove(prompt)}>
                        <Trash2 {...sign} />
                      </IconButton>
                    </Line>
                  ))}
              </Shelf>
            ))}
            <Shelf title={texts.builtInTitle}>
              {texts.builtIn.map((prompt) => (
                <Line key={prompt.title} prompt={prompt}>
                  <IconButton
                    label={fill(texts.copy, { title: prompt.title })}
                    onClick={() => setEdited({ ...prompt, id: newId() })}
                  >
                    <Copy {...sign} />
                  </IconButton>
                </Line>
              ))}
            </Shelf>
          </>
        )}
      </div>
      {word && (
        <p role="status" className="prompts-word">
          {word.text}
          {word.undo && (
            <button type="button" className="font-medium text-accent" onClick={word.undo}>
              {texts.undo}
            </button>
          )}
        </p>
      )}
    </Modal>
  )
}

function Shelf({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      <ul>{children}</ul>
    </section>
  )
}

function Line({ prompt, children }: { prompt: Omit<Prompt, 'id'>; children: ReactNode }) {
  return (
    <li className="prompt-line">
      <span className="min-w-0 grow">
        <span className="block truncate">{prompt.title}</span>
        <span className="block truncate text-muted text-sm">{prompt.text}</span>
      </span>
      {children}
    </li>
  )
}
