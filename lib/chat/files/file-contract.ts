import { z } from 'zod'
import { FILE_NAME_HEADER } from './file-kinds.ts'

/** What the site takes of a browser about attached files. */

const MAX_NAME_CHARS = 200

/** Control and direction characters would make one name look like another. */
export const fileName = z
  .string()
  .transform((name) =>
    [
      ...name
        .toWellFormed()
        .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\]+/gu, ' ')
        .trim(),
    ]
      .slice(-MAX_NAME_CHARS)
      .join('')
      .trim(),
  )
  .pipe(z.string().min(1))

/** A file as a question names it. */
export const attachedFile = z.strictObject({ id: z.uuid(), name: fileName })

/** `GET /api/files/{id}?as=`: what it looks like (images), small or as large as models see it. Without, the file itself. */
export const fileLook = z.enum(['thumb', 'view'])
export type FileLook = z.infer<typeof fileLook>

/** The name in the header {@link FILE_NAME_HEADER}; `file` where there is none that can be read. */
export function readFileName(header: string | null): string {
  try {
    return fileName.catch('file').parse(decodeURIComponent(header ?? ''))
  } catch {
    return 'file'
  }
}
