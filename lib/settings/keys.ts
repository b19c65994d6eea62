import { z } from 'zod'

/** Where keys come from. A group of `lib/config.ts`, which spreads it in. */
export const keySettings = {
  KEYS_FROM: {
    schema: z
      .string()
      .transform((text, ctx) => {
        if (text === 'env') return undefined
        const file = /^file:(.+)$/.exec(text)?.[1]?.trim()
        if (file) return { file }
        ctx.addIssue({ code: 'custom', message: 'must be env, or file: and the path of a file' })
        return z.NEVER
      })
      .optional(),
    meta: {
      group: 'upstream' as const,
      about:
        'Where keys are read: `env`, or `file:PATH` for a file with keys as in OPENAI_API_KEYS, one a line or comma-separated (a Docker or Kubernetes secret). The file is watched; new keys are taken over while requests run. Node host only.',
      fallback: 'env',
      example: 'file:/run/secrets/openai_keys',
    },
  },
}
