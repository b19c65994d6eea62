'use client'

import { promptsTexts } from '#lib/i18n/rooms/prompts.ts'
import { useSite } from '../chat-context.ts'
import { beginsAllWords, hasAllWords } from '../find/has-all-words.ts'
import { showPanel } from '../panels.ts'
import { usePrompts } from '../prompts/use-prompts.ts'
import { SuggestionList, type SuggestionRow, type SuggestionsProps } from './suggestion-list.tsx'
import '../prompts/prompts.css'

interface Offered {
  title: string
  folder: string
  text: string
}

/** The prompts that fit what was written behind the `/`: the person's own, then those of the site; and the way to all. */
export function PromptSuggestions({
  onChoose,
  ...props
}: SuggestionsProps & { onChoose: (prompt: Offered) => void }) {
  const { locale } = useSite()
  const texts = promptsTexts[locale]
  const own = usePrompts() ?? []
  const prompts = [...own, ...texts.builtIn].filter((prompt) => fits(prompt, props.trigger.query))
  // The way to the library is a row of its own, where there is something to choose or nothing was looked for.
  const hasWay = prompts.length > 0 || props.trigger.query === ''
  return (
    <SuggestionList
      {...props}
      label={texts.offer}
      count={prompts.length + (hasWay ? 1 : 0)}
      onChoose={(index) => {
        const prompt = prompts[index]
        if (prompt) onChoose(prompt)
        else showPanel('prompts')
      }}
      row={(index, row) => {
        const prompt = prompts[index]
        return prompt ? (
          <Row key={`${index} ${prompt.title}`} {...row} prompt={prompt} />
        ) : (
          <Row key="library" {...row} prompt={{ title: texts.manage, folder: '', text: '' }} />
        )
      }}
    />
  )
}

function Row({ prompt, ...row }: SuggestionRow & { prompt: Offered }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the box has the keyboard.
    <div
      id={row.id}
      role="option"
      aria-selected={row.isSelected}
      className="prompt-row"
      onPointerMove={() => row.isActive || row.onPoint()}
      onClick={row.onChoose}
    >
      <span className="prompt-title">{prompt.title}</span>
      <span className="prompt-text">{prompt.text}</span>
      {prompt.folder && <span className="prompt-folder">{prompt.folder}</span>}
    </div>
  )
}

/** In its text only what is longer says something, and only at the beginning of a word. */
const fits = ({ title, folder, text }: Offered, query: string) =>
  hasAllWords(`${title} ${folder}`, query) || (query.length > 2 && beginsAllWords(text, query))
