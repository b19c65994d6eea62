'use client'

import { type ClipboardEvent, useCallback, useMemo, useSyncExternalStore } from 'react'
import type { FilePart } from '#lib/chat/parts.ts'
import { useSite, useStore } from '../chat-context.ts'
import { withFailure } from '../state/chat-state.ts'
import { isTemporary } from '../temporary/temporary-id.ts'
import { type Attachment, shelf } from './attachments.ts'
import { filesOfClipboard } from './pasted-files.ts'

const none: readonly Attachment[] = []

/** The files of the composer of `key`, and the ways by which they get there. */
export function useAttachments(key: string) {
  const store = useStore()
  const { maxFileBytes, locale } = useSite()
  const items = useSyncExternalStore(
    shelf.subscribe,
    () => shelf.of(key),
    () => none,
  )
  const add = useCallback(
    (files: readonly File[]) => {
      const tell = (reason: 'noFiles' | 'network') => {
        const failure = { reason, detail: '', text: '', files: [], conversationId: key }
        store.update((state) => withFailure(state, key, failure))
      }
      if (files.length === 0) return
      // A file would be stored, which a temporary chat is not.
      if (isTemporary(key)) return tell('noFiles')
      Promise.all([import('./attach.ts'), import('#lib/i18n/rooms/files.ts')]).then(
        ([{ attachFiles }, { fileTexts }]) =>
          attachFiles(key, files, { maxBytes: maxFileBytes, pastedName: fileTexts[locale].pasted }),
        // Without the code for it nothing can be attached, which has to be said without that code.
        () => tell('network'),
      )
    },
    [key, maxFileBytes, locale, store],
  )
  return useMemo(
    () => ({
      items,
      /** All of them can be sent. */
      areReady: items.every(({ file }) => file !== null),
      add,
      take: (): FilePart[] => shelf.take(key),
      /** Says why it cannot be sent yet. */
      explain() {
        const kind = items.some(({ failure }) => failure) ? 'failed' : 'wait'
        shelf.set(key, items, { kind })
      },
      onPaste(event: ClipboardEvent<HTMLTextAreaElement>) {
        const files = filesOfClipboard(event.clipboardData)
        if (files.length === 0) return
        // A long text stays a text where there can be no file.
        if (isTemporary(key) && event.clipboardData.files.length === 0) return
        event.preventDefault()
        add(files)
      },
    }),
    [items, key, add],
  )
}
