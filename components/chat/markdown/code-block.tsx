'use client'

import { Download, WrapText } from 'lucide-react'
import { type ComponentProps, isValidElement, type ReactNode, useState } from 'react'
import { IconButton } from '../../ui/icon-button.tsx'
import { useTexts } from '../chat-context.ts'
import { CopyButton } from '../copy-button.tsx'
import { saveFile } from '../data/save-file.ts'
import { fileNameFor } from './file-name-for.ts'
import type { CodePiece } from './highlight.ts'
import { useHighlight } from './use-highlight.ts'

/** A fenced block: its language, and buttons to wrap, download and copy. */
export function CodeBlock({ children }: ComponentProps<'pre'> & { node?: unknown }) {
  const { code: texts } = useTexts()
  const { className, text } = readCode(children)
  const language = /language-(\S+)/.exec(className)?.[1]
  const [wraps, setWraps] = useState(false)
  const pieces = useHighlight(language, text)
  return (
    <figure className="code-block">
      <figcaption data-control>
        <span>{language ?? texts.plain}</span>
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
        <code className={className || undefined}>{pieces ? <Pieces pieces={pieces} /> : text}</code>
      </pre>
    </figure>
  )
}

function Pieces({ pieces }: { pieces: readonly CodePiece[] }) {
  return pieces.map((piece, index) =>
    typeof piece === 'string' ? (
      piece
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place.
      <span key={index} data-code={piece.kind}>
        <Pieces pieces={piece.pieces} />
      </span>
    ),
  )
}

/** Markdown's `pre` holds exactly one `code` with one text. */
function readCode(children: ReactNode): { className: string; text: string } {
  if (!isValidElement<ComponentProps<'code'>>(children))
    return { className: '', text: String(children ?? '') }
  const { className = '', children: text } = children.props
  return { className, text: typeof text === 'string' ? text.replace(/\n$/, '') : '' }
}
