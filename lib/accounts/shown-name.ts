import { z } from 'zod'

const MAX_CHARS = 80

/**
 * A name on one line, of a person or of something that people made. PostgreSQL's texts cannot hold NUL, and no name has it.
 * Accents are composed, so that a name is the same from whichever system it was typed.
 */
export const shownName = z.string().transform(onOneLine).pipe(z.string().min(1).max(MAX_CHARS))

/** What of a name that another service gives somebody can be shown: empty when that is nothing. */
export const nameFromElsewhere = (name: string): string => onOneLine(onOneLine(name).slice(0, MAX_CHARS))

function onOneLine(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
}
