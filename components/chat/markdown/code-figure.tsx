'use client'

import { Download, WrapText } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { IconButton } from '../../ui/icon-button.tsx'
import { useTexts } from '../chat-context.ts'
import { CopyButton } from '../copying/copy-button.tsx'
import { saveFile } from '../data/save-file.ts'
import { CodeText } from './code-text.tsx'
import { fileNameFor } from './file-name-for.ts'
import { useHighlight } from './use-highlight.ts'

interface CodeFigureProps {
  language: string | undefined
  text: string
  /** Buttons before those that every block has. */
  controls?: ReactNode
  /** What stands below the code. */
  children?: ReactNode
}

/** Code with its language, and buttons to wrap, download and copy. */
export function CodeFigure({ language, text, controls, children }: CodeFigureProps) {
  const { code: texts } = useTexts()
  const [wraps, setWraps] = useState(false)
  const colored = useHighlight(language, text)
  return (
    <figure className="code-block">
      <figcaption data-control>
        <span>{language ?? texts.plain}</span>
        {controls}
        <IconButton label={texts.wrap} isPressed={wraps} onClick={() => setWraps(!wraps)}>
          <WrapText size={16} aria-hidden />
        </IconButton>
        <IconButton
          label={texts.download}
          onClick={() =>
            saveFile(new Blob([text], { type: 'text/plain;charset=utf-8' }), fileNameFor(language))
          }
        >
          <Download size={16} aria-hidden />
        </IconButton>
        <CopyButton
          label={texts.copy}
          doneLabel={texts.copied}
          className="icon-button code-copy"
          content={() => ({ text })}
        />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard. */}
      <pre tabIndex={0} data-wraps={wraps || undefined}>
        <code className={language && `language-${language}`}>
          <CodeText code={text} colored={colored} />
        </code>
      </pre>
      {children}
    </figure>
  )
}
