import { z } from 'zod'
import type { Config } from './config.ts'
import type { Address } from './gateway/admission/address.ts'

const visitor = z.object({
  /** What limits count as one place. */
  bucket: z.string(),
  /** Sits at the very computer the site runs on. */
  isLocal: z.boolean(),
  /** As whom a trusted proxy has let the visitor in. */
  identity: z.string().optional(),
})

/** What the network says about whoever asks. */
export type Visitor = z.infer<typeof visitor>

/** In which the Node host says who the visitor is, after its mark. */
export const VISITOR_HEADER = 'x-tain-visitor'

/** The value of {@link VISITOR_HEADER}. */
export const writeVisitor = ({ TAIN_HOST_MARK }: Config, value: Visitor) =>
  `${TAIN_HOST_MARK} ${encodeURIComponent(JSON.stringify(value))}`

/** What the Node host wrote, or undefined when somebody else did. */
export function readVisitor({ TAIN_HOST_MARK }: Config, value: string | null): Visitor | undefined {
  const [mark, text] = value?.split(' ') ?? []
  if (!text || TAIN_HOST_MARK === undefined || mark !== TAIN_HOST_MARK) return undefined
  return visitor.parse(JSON.parse(decodeURIComponent(text)))
}

/** 127.0.0.0/8 and ::1. */
export function isLoopback(address: Address | undefined): boolean {
  if (!address) return false
  return address.family === 4 ? address.value >> 24n === 127n : address.value === 1n
}
