import type { z } from 'zod'

/** What the documentation says of a setting. */
interface Meta {
  group: 'upstream' | 'site' | 'storage' | 'gateway' | 'running'
  about: string
  /** Shown in the documentation where the default is computed. */
  fallback?: string
  example?: string
  secret?: true
  /** Set by the Node host for the Next process it carries; not a setting of the operator's. */
  internal?: true
}

export const setting = <T extends z.ZodType>(schema: T, meta: Meta) => ({ schema, meta })
