import { z } from 'zod'
import { MAX_FOLDER_NAME_CHARS } from './parts.ts'

/** What travels about folders between the browser and the site. */
export interface Folder {
  id: string
  name: string
  /** Its conversations are folded away in the list. */
  isCollapsed: boolean
}

const name = z
  .string()
  .transform((text) => text.replace(/\p{Cc}+/gu, ' ').trim())
  .pipe(z.string().min(1).max(MAX_FOLDER_NAME_CHARS))

/** `POST /api/folders`. The id makes it one, however often it is asked for. Answers with the {@link Folder}. */
export const newFolder = z.strictObject({ id: z.uuid(), name })
export type NewFolder = z.infer<typeof newFolder>

/** `PATCH /api/folders/{id}`: the last change stays. */
export const folderChange = z.strictObject({ name: name.optional(), isCollapsed: z.boolean().optional() })
export type FolderChange = z.infer<typeof folderChange>
