'use client'

import { useRef, useState } from 'react'
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
        const { blob, name } = await fetchFile(`/api/export?${query}`, abort.signal, (bytes) =>
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

async function fetchFile(path: string, signal: AbortSignal, onProgress: (bytes: number) => void) {
  const response = await fetch(path, { signal })
  if (!response.ok || !response.body) throw new Error(`The site answered ${response.status}.`)
  let bytes = 0
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length
        onProgress(bytes)
        controller.enqueue(chunk)
      },
    }),
  )
  // A blob, which the browser may keep on disk, and not one array of everything.
  const blob = await new Response(counted, { headers: response.headers }).blob()
  return { blob, name: fileNameOf(response.headers.get('content-disposition') ?? '') }
}

/** The name that the site gave (RFC 6266; the encoded form wins). */
function fileNameOf(disposition: string): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  if (encoded) return decodeURIComponent(encoded)
  return /filename="([^"]+)"/i.exec(disposition)?.[1] ?? 'export'
}
