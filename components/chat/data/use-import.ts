'use client'

import { useRef, useState } from 'react'
import type { ImportEvent } from '#lib/chat/importing/import-events.ts'

type Conversation = Extract<ImportEvent, { type: 'conversation' }>
type Fault = Extract<ImportEvent, { type: 'fault' }>['fault']
/** What became of the conversations of a file. */
export type ImportCounts = Extract<ImportEvent, { type: 'end' }>['counts']

export type ImportState =
  | { phase: 'idle' }
  | { phase: 'uploading'; share: number }
  | { phase: 'importing'; count: number }
  | { phase: 'done'; counts: ImportCounts; skipped: Conversation[] }
  /** `counts` where some were imported before it failed. */
  | {
      phase: 'failed'
      fault: Fault | 'busy' | 'limit' | 'upload' | 'cut'
      counts?: ImportCounts
      skipped: Conversation[]
    }

/** Uploads a file and follows its import. `onImported` is called when something may have come. */
export function useImport(onImported: () => void) {
  const [state, setState] = useState<ImportState>({ phase: 'idle' })
  const request = useRef<XMLHttpRequest>(null)
  return {
    state,
    cancel: () => request.current?.abort(),
    start(file: Blob) {
      // `fetch` does not tell how far an upload is.
      const xhr = new XMLHttpRequest()
      request.current = xhr
      const report = createReport()
      xhr.open('POST', '/api/import')
      xhr.setRequestHeader('content-type', 'application/octet-stream')
      xhr.upload.onprogress = ({ loaded, total }) => setState({ phase: 'uploading', share: loaded / total })
      xhr.upload.onload = () => setState({ phase: 'importing', count: 0 })
      xhr.onprogress = () => {
        report.read(xhr.responseText)
        setState({ phase: 'importing', count: report.count })
      }
      xhr.onloadend = () => {
        if (xhr.status === 200) report.read(xhr.responseText)
        setState(xhr.status === 200 || report.count > 0 ? report.outcome() : failureOf(xhr.status))
        onImported()
      }
      xhr.onabort = () => queueMicrotask(() => setState({ phase: 'idle' }))
      setState({ phase: 'uploading', share: 0 })
      xhr.send(file)
    },
  }
}

/** What the lines of the answer say so far. */
function createReport() {
  let at = 0
  let last: Exclude<ImportEvent, Conversation> | undefined
  const skipped: Conversation[] = []
  const report = {
    count: 0,
    read(text: string) {
      for (let end = text.indexOf('\n', at); end >= 0; end = text.indexOf('\n', at)) {
        // Written by the site from the same type; see import-events.ts.
        const event = JSON.parse(text.slice(at, end)) as ImportEvent
        at = end + 1
        if (event.type !== 'conversation') last = event
        else {
          report.count++
          if (event.outcome === 'skipped') skipped.push(event)
        }
      }
    },
    outcome(): ImportState {
      if (!last) return { phase: 'failed', fault: 'cut', skipped }
      const { counts } = last
      if (last.type === 'fault') return { phase: 'failed', fault: last.fault, counts, skipped }
      return { phase: 'done', counts, skipped }
    },
  }
  return report
}

const failureOf = (status: number): ImportState => ({
  phase: 'failed',
  fault: status === 429 || status === 409 ? 'busy' : status === 413 ? 'limit' : 'upload',
  skipped: [],
})
