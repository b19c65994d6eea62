import { z } from 'zod'
import { type ConversationSettings, modelName } from './conversation-settings.ts'
import { MAX_INSTRUCTIONS_CHARS } from './parts.ts'

/** So much a person can note about oneself: it goes upstream with every question. */
export const MAX_NOTES_CHARS = 4_000

// NUL has no place in PostgreSQL's texts.
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\0'), { error: 'must be text' })

const fields = {
  theme: z.enum(['system', 'light', 'dark']),
  textSize: z.enum(['small', 'normal', 'large', 'largest']),
  /** What sends: Enter, or only with Ctrl or ⌘, so that Enter alone breaks the line. */
  sendKey: z.enum(['enter', 'modifier']),
  /** What new conversations begin with; null is the model that was chosen last. */
  model: modelName.nullable(),
  /** For conversations without instructions of their own. */
  instructions: text(MAX_INSTRUCTIONS_CHARS),
  /** What answers should know about the person. */
  notes: text(MAX_NOTES_CHARS),
  usesNotes: z.boolean(),
}

/** How a person wants the site to be. */
export type Preferences = z.output<z.ZodObject<typeof fields>>

export const defaultPreferences: Preferences = {
  theme: 'system',
  textSize: 'normal',
  sendKey: 'enter',
  model: null,
  instructions: '',
  notes: '',
  usesNotes: false,
}

/** `PATCH /api/settings`: what is not named stays. Answers, as `GET` does, with the {@link Preferences}. */
export const preferencesChange = z.strictObject(fields).partial()
export type PreferencesChange = z.output<typeof preferencesChange>

/** What was stored, with the default for whatever is missing or was understood by another version only. */
export function readPreferences(stored: Readonly<Record<string, unknown>>): Preferences {
  const known = Object.entries(fields).flatMap(([name, schema]) => {
    const read = schema.safeParse(stored[name])
    return read.success ? [[name, read.data] as const] : []
  })
  return { ...defaultPreferences, ...Object.fromEntries(known) }
}

const ABOUT_PERSON = 'What the person you answer has noted about themselves, to be heeded where it matters:'

/** The settings of a conversation, filled up with what its owner prefers everywhere. */
export function withPreferences(settings: ConversationSettings, of: Preferences): ConversationSettings {
  const notes = of.usesNotes && of.notes.trim() !== '' ? `${ABOUT_PERSON}\n${of.notes.trim()}` : ''
  const instructions = [settings.instructions ?? of.instructions.trim(), notes].filter(Boolean).join('\n\n')
  return instructions === '' ? settings : { ...settings, instructions }
}
