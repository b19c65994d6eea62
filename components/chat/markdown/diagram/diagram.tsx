'use client'

import { ChartNetwork, CodeXml, Download, Maximize2 } from 'lucide-react'
import { useState } from 'react'
import { fill } from '#lib/i18n/fill.ts'
import { diagramTexts } from '#lib/i18n/rooms/diagram.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { useReading } from '../../chat-context.ts'
import { saveFile } from '../../data/save-file.ts'
import { CodeFigure } from '../code-figure.tsx'
import './diagram.css'
import { DiagramView } from './diagram-view.tsx'
import { useDrawing } from './use-drawing.ts'
import { useScheme } from './use-scheme.ts'

/** The least of its own size at which its words, drawn with 16 px, can be read. A wider picture is pushed along. */
const READABLE = 0.45

/** A diagram in Mermaid's language: drawn, or its source with a sentence when that cannot be. */
export function Diagram({ source }: { source: string }) {
  const words = diagramTexts[useReading().locale]
  const drawn = useDrawing(source, useScheme())
  const [showsSource, setShowsSource] = useState(false)
  const [isLarge, setLarge] = useState(false)
  if (!drawn) return <CodeFigure language="mermaid" text={source} />
  if ('error' in drawn) {
    return (
      <CodeFigure language="mermaid" text={source}>
        <p className="diagram-error" data-control>
          {fill(words.failed, { reason: firstLine(drawn.error) })}
        </p>
      </CodeFigure>
    )
  }
  const toggle = (
    <IconButton
      label={showsSource ? words.showDiagram : words.showSource}
      onClick={() => setShowsSource(!showsSource)}
    >
      {showsSource ? <ChartNetwork size={16} aria-hidden /> : <CodeXml size={16} aria-hidden />}
    </IconButton>
  )
  if (showsSource) return <CodeFigure language="mermaid" text={source} controls={toggle} />
  const alt = fill(words.alt, { kind: kindOf(source) })
  return (
    <figure className="code-block diagram" data-source={source} data-scheme={drawn.scheme}>
      <figcaption data-control>
        <span>mermaid</span>
        {toggle}
        <IconButton
          label={words.download}
          onClick={() => saveFile(new Blob([drawn.svg], { type: 'image/svg+xml' }), 'diagram.svg')}
        >
          <Download size={16} aria-hidden />
        </IconButton>
        <IconButton label={words.enlarge} onClick={() => setLarge(true)}>
          <Maximize2 size={16} aria-hidden />
        </IconButton>
      </figcaption>
      <button type="button" className="diagram-picture" title={words.enlarge} onClick={() => setLarge(true)}>
        {/* biome-ignore lint/performance/noImgElement: made in this page; there is nothing to optimise. */}
        <img
          src={drawn.url}
          alt={alt}
          width={drawn.width}
          height={drawn.height}
          style={{ maxWidth: `max(100%, ${Math.round(drawn.width * READABLE)}px)` }}
        />
      </button>
      {isLarge && <DiagramView drawing={drawn} alt={alt} onClose={() => setLarge(false)} />}
    </figure>
  )
}

/** The first word of the source that is neither a directive, a comment nor front matter. */
function kindOf(source: string): string {
  const body = source.replace(/^\s*---\n[\s\S]*?\n---\n/, '').replace(/%%.*$/gm, '')
  return /[\w-]+/.exec(body)?.[0] ?? 'mermaid'
}

/** What comes behind its colon is the source again. */
const firstLine = (text: string) => (text.trim().split('\n')[0] ?? '').slice(0, 200).replace(/:$/, '.')
