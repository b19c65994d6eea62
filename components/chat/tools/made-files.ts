'use client'

import { createContext, useContext } from 'react'
import { kindOfFile } from '#lib/chat/files/file-kinds.ts'
import { type FilePart, filesOfParts, type Part } from '#lib/chat/parts.ts'

/** The files of the answer around, to which its text can link. */
export const MadeFilesContext = createContext<readonly FilePart[]>([])

/** How code at OpenAI calls its files, and how a text links to them. */
const SANDBOX = /(!?\[[^\]\n]*\]\()sandbox:\/mnt\/data\/([^)\s]+)(?=\))/g
/** The same on this page: no page of the web has such an address. */
const ADDRESS = '/tain-made-file/'

/** A text whose links to files that code made lead to those among `files` of the same name, else nowhere. */
export const linkMadeFiles = (text: string, files: readonly FilePart[]): string =>
  text.replace(SANDBOX, (_, words: string, name: string) => {
    const index = files.findIndex((file) => file.name === decoded(name))
    return `${words}${ADDRESS}${index}`
  })

/** The files that a text shows itself. */
export function shownInText(parts: readonly Part[]): FilePart[] {
  const names = parts.flatMap((part) =>
    part.type === 'text'
      ? [...part.text.matchAll(SANDBOX)].flatMap(([, words = '', name = '']) =>
          words.startsWith('!') ? [decoded(name)] : [],
        )
      : [],
  )
  return filesOfParts(parts).filter((file) => names.includes(file.name) && kindOfFile(file) === 'image')
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** Whether a link is one of {@link linkMadeFiles}. */
export const isMadeFile = (href: string) => href.startsWith(ADDRESS)

/** The file that such a link leads to; undefined where there is none. */
export function useMadeFile(href: string): FilePart | undefined {
  return useContext(MadeFilesContext)[Number(href.slice(ADDRESS.length))]
}
