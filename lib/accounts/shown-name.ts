import { z } from 'zod'

/** A name on one line, of a person or of something that people made. PostgreSQL's texts cannot hold NUL, and no name has it. */
export const shownName = z
  .string()
  .transform((text) => text.toWellFormed().replace(/[\p{Cc}\s]+/gu, ' '))
  .pipe(z.string().trim().min(1).max(80))
