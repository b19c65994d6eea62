import { z } from 'zod'
import { hostedTools } from './hosted-tools.ts'
import { MAX_INSTRUCTIONS_CHARS, reasoningEfforts } from './parts.ts'

/** A model as upstream names it. */
export const modelName = z
  .string()
  .max(200)
  .regex(/^[\x21-\x7e]+$/)

/** Those that OpenAI runs itself; what site or model do not have is left out when it comes to asking. */
export const chosenTools = z
  .array(z.enum(hostedTools))
  .max(hostedTools.length)
  .refine((tools) => new Set(tools).size === tools.length, { error: 'must name each tool once' })

const settings = z.strictObject({
  model: modelName,
  instructions: z
    .string()
    .max(MAX_INSTRUCTIONS_CHARS)
    // NUL has no place in PostgreSQL's texts.
    .refine((text) => !text.includes('\0') && text.trim() !== '', { error: 'must be text' }),
  /** 0 to 2. */
  temperature: z.number().min(0).max(2),
  reasoningEffort: z.enum(reasoningEfforts),
  tools: chosenTools,
})

/** How a conversation is to be answered. What is not set is up to the site, or to upstream. */
export const conversationSettings = settings.partial()
export type ConversationSettings = z.infer<typeof conversationSettings>

/** The settings in what another site wrote: those that are known here and valid. */
export function readSettings(written: Record<string, unknown>): ConversationSettings {
  const known = Object.entries(settings.shape).flatMap(([name, schema]) => {
    const read = schema.safeParse(written[name])
    return read.success ? [[name, read.data] as const] : []
  })
  return Object.fromEntries(known) // each by the schema of its name
}

/** A change of some settings; null takes one back. What is not named stays as it is. */
export const settingsChange = z.strictObject({
  model: settings.shape.model.nullish(),
  instructions: settings.shape.instructions.nullish(),
  temperature: settings.shape.temperature.nullish(),
  reasoningEffort: settings.shape.reasoningEffort.nullish(),
  tools: settings.shape.tools.nullish(),
})
export type SettingsChange = z.infer<typeof settingsChange>

/** The settings after a change. */
export function applySettings(before: ConversationSettings, change: SettingsChange): ConversationSettings {
  const named = Object.entries({ ...before, ...change }).filter(([, value]) => value != null)
  return Object.fromEntries(named) // of both arguments' own fields, without those that are null
}
