'use client'

import { useRef, useState } from 'react'
import { fetchExport } from './fetch-export.ts'
import { saveFile } from './save-file.ts'

export type ExportState =
  | { phase: 'idle' }
  | { phase: 'running'; bytes: number }
  | { phase: 'done'; bytes: number }
  | { phase: 'failed' }

/**
 * Fetches an export and saves it when it is whole: a download that the browser makes by itself would leave half a file
 * behind when the stream breaks.
 */
export function useExport() {
  const [state, setState] = useState<ExportState>({ phase: 'idle' })
  const running = useRef<AbortController>(null)
  return {
    state,
    cancel: () => running.current?.abort(),
    async start(query: string) {
      running.current?.abort()
      const abort = new AbortController()
      running.current = abort
      setState({ phase: 'running', bytes: 0 })
      try {
        const { blob, name } = await fetchExport(`/api/export?${query}`, { signal: abort.signal }, (bytes) =>
          setState({ phase: 'running', bytes }),
        )
        saveFile(blob, name)
        setState({ phase: 'done', bytes: blob.size })
      } catch {
        setState({ phase: abort.signal.aborted ? 'idle' : 'failed' })
      }
    },
  }
}
