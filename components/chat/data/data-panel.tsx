'use client'

import { Download, Link2, Upload } from 'lucide-react'
import { type ReactNode, useId, useRef, useState } from 'react'
import { Panel } from '#components/ui/panel.tsx'
import { daysIn } from '#lib/i18n/days.ts'
import { fill } from '#lib/i18n/fill.ts'
import { dataTexts } from '#lib/i18n/rooms/data.ts'
import { retentionTexts } from '#lib/i18n/rooms/retention.ts'
import { useSite, useStore } from '../chat-context.ts'
import { showPanel } from '../panels.ts'
import { type ExportState, useExport } from './use-export.ts'
import { type ImportCounts, type ImportState, useImport } from './use-import.ts'
import './data-panel.css'

/** Everything out as one file, and conversations in from here and elsewhere. */
export function DataPanel({ onClose }: { onClose: () => void }) {
  const texts = useDataTexts()
  return (
    <Panel title={texts.title} close={texts.close} onClose={onClose}>
      <ExportSection />
      <ImportSection onClose={onClose} />
      <RetentionSection />
      <section className="data-section">
        <h3>{texts.sharesTitle}</h3>
        <p className="data-about">{texts.sharesAbout}</p>
        <button type="button" className="button" onClick={() => showPanel('shares')}>
          <Link2 size={16} aria-hidden />
          {texts.shares}
        </button>
      </section>
    </Panel>
  )
}

/** Only where conversations go by themselves. */
function RetentionSection() {
  const { days, locale } = useSite()
  const texts = retentionTexts[locale]
  if (days.unused === null) return null
  return (
    <section className="data-section">
      <h3>{texts.unusedTitle}</h3>
      <p className="data-about">{fill(texts.unusedAbout, { days: daysIn(locale, days.unused) })}</p>
    </section>
  )
}

const useDataTexts = () => dataTexts[useSite().locale]

function ExportSection() {
  const texts = useDataTexts()
  const { state, start, cancel } = useExport()
  return (
    <section className="data-section">
      <h3>{texts.exportTitle}</h3>
      <p className="data-about">{texts.exportAbout}</p>
      {state.phase === 'running' ? (
        <Working word={<ExportWord state={state} />} stop={texts.cancel} onStop={cancel} />
      ) : (
        <div className="data-line">
          <button type="button" className="button" onClick={() => void start('format=zip')}>
            <Download size={16} aria-hidden />
            {texts.exportAll}
          </button>
          <ExportWord state={state} />
        </div>
      )}
    </section>
  )
}

function ExportWord({ state }: { state: ExportState }) {
  const { locale } = useSite()
  const texts = useDataTexts()
  if (state.phase === 'idle') return null
  if (state.phase === 'failed') return <p role="alert">{texts.exportFailed}</p>
  const size = sizeOf(state.bytes, locale)
  return <p role="status">{fill(state.phase === 'running' ? texts.exporting : texts.exported, { size })}</p>
}

function ImportSection({ onClose }: { onClose: () => void }) {
  const store = useStore()
  const texts = useDataTexts()
  const { state, start, cancel } = useImport(() => void store.refreshList())
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const aboutId = useId()
  const isWorking = state.phase === 'uploading' || state.phase === 'importing'
  const take = (files: FileList | null) => files?.[0] && !isWorking && start(files[0])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop a file, beside the button that does the same.
    <section
      className="data-section"
      data-over={isOver || undefined}
      aria-describedby={aboutId}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer.files)
      }}
    >
      <h3>{texts.importTitle}</h3>
      <p className="data-about" id={aboutId}>
        {texts.importAbout}
      </p>
      <input
        ref={input}
        type="file"
        hidden
        accept=".zip,.json,application/zip,application/json"
        data-testid="import-file"
        onChange={(event) => {
          take(event.currentTarget.files)
          // The same file can be chosen again.
          event.currentTarget.value = ''
        }}
      />
      {isWorking ? (
        <Working
          share={state.phase === 'uploading' ? state.share : undefined}
          word={<ProgressWord state={state} />}
          stop={texts.cancel}
          onStop={cancel}
        />
      ) : (
        <div className="data-line">
          <button type="button" className="button" onClick={() => input.current?.click()}>
            <Upload size={16} aria-hidden />
            {texts.choose}
          </button>
        </div>
      )}
      <Report state={state} onShow={onClose} />
    </section>
  )
}

function ProgressWord({ state }: { state: ImportState }) {
  const texts = useDataTexts()
  if (state.phase === 'uploading') {
    return <p>{fill(texts.uploading, { percent: Math.floor(state.share * 100) })}</p>
  }
  return state.phase === 'importing' && <p role="status">{fill(texts.importing, { count: state.count })}</p>
}

/** Something that takes a while: how far it is, and the way to stop it. */
function Working(props: { share?: number | undefined; word: ReactNode; stop: string; onStop: () => void }) {
  const { share } = props
  return (
    <div className="data-working">
      <progress className="data-progress" {...(share !== undefined && { value: share })} />
      <div className="data-line">
        {props.word}
        <button type="button" className="button ml-auto" onClick={props.onStop}>
          {props.stop}
        </button>
      </div>
    </div>
  )
}

/** What became of each conversation in the file. */
function Report({ state, onShow }: { state: ImportState; onShow: () => void }) {
  const texts = useDataTexts()
  if (state.phase !== 'done' && state.phase !== 'failed') return null
  const { counts, skipped } = state
  const hasNew = counts !== undefined && counts.imported + counts.restored > 0
  const told = counts && tellCounts(counts, texts)
  return (
    <div className="data-report">
      {state.phase === 'failed' && (
        <p role="alert" className="text-danger">
          {texts.faults[state.fault]}
          {(hasNew || state.fault === 'cut') && ` ${texts.stopped}`}
        </p>
      )}
      {(told || state.phase === 'done') && (
        <p role="status">
          {told || texts.nothing}{' '}
          {hasNew && (
            <button type="button" className="text-link" onClick={onShow}>
              {texts.again}
            </button>
          )}
        </p>
      )}
      {skipped.length > 0 && (
        <details className="unfolds">
          <summary>{texts.skippedTitle}</summary>
          <ul>
            {skipped.map(({ title, reason }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a report that is only ever added to.
              <li key={index}>
                <span className="truncate">{title || texts.untitled}</span>
                {reason && <span className="flex-none text-muted">{texts.reasons[reason]}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

/** Of what there was: `Imported: 12 · Skipped: 1`; nothing of what there was not. */
export function tellCounts(counts: ImportCounts, { counted }: Pick<typeof dataTexts.en, 'counted'>): string {
  const kinds = ['imported', 'here', 'restored', 'skipped'] as const
  const told = kinds.filter((kind) => counts[kind] > 0)
  return told.map((kind) => fill(counted[kind], { count: counts[kind] })).join(' · ')
}

/** `312 kB`, `1.4 MB`. */
function sizeOf(bytes: number, locale: string): string {
  const [unit, per] = bytes < 1e6 ? (['kilobyte', 1e3] as const) : (['megabyte', 1e6] as const)
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    maximumFractionDigits: bytes < 1e6 ? 0 : 1,
  }).format(Math.max(bytes / per, bytes > 0 ? 1 : 0))
}
