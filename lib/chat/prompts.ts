import { z } from 'zod'

/** So many a person can keep. */
export const MAX_PROMPTS = 1_000

// NUL has no place in PostgreSQL's texts.
const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !value.includes('\0'), { error: 'must be text' })

/** A text to begin with, kept under a title in a folder (or in none, ''). `{{name}}` in it is asked for when it is used. */
export const prompt = z.strictObject({
  id: z.uuid(),
  title: text(100).min(1),
  folder: text(60).default(''),
  text: text(20_000).min(1),
})
export type Prompt = z.output<typeof prompt>

/** `POST /api/prompts`: keeps these, in place of those with the same ids. Answers, as `GET` does, with all: {@link PromptsAnswer}. */
export const keepPrompts = z.strictObject({ prompts: z.array(prompt).min(1).max(MAX_PROMPTS) })

export interface PromptsAnswer {
  /** By folder and title. */
  prompts: Prompt[]
}
