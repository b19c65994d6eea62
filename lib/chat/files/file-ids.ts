import { z } from 'zod'
import { parseJson } from '../parse-json.ts'

const storedParts = z.array(z.object({ type: z.string(), fileId: z.string().optional() })).catch([])

/** The ids of the files in a message's parts, as they are stored. */
export const fileIdsIn = (parts: string): string[] =>
  storedParts
    .parse(parseJson(parts))
    .flatMap(({ type, fileId }) => (type === 'file' && fileId ? [fileId] : []))
