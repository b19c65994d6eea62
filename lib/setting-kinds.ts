import { z } from 'zod'

/** The kinds of values that settings have. Each says what is wrong so that it completes a sentence. */

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `30s`, `10m`, `1h`, `250ms` as milliseconds. */
export const duration = z.string().transform((text, ctx) => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim())
  const unit = match?.[2] === undefined ? undefined : UNIT_MS[match[2]]
  if (!match || unit === undefined) {
    ctx.addIssue({ code: 'custom', message: 'must be a number with a unit, such as 30s, 10m or 1h' })
    return z.NEVER
  }
  return Number(match[1]) * unit
})

export const text = (min: number, max: number) =>
  z.string().refine((value) => value.length >= min && value.length <= max, {
    error: `must be ${min} to ${max} characters long`,
  })

export const wholeNumber = (min: number, max: number) =>
  z.string().transform((text, ctx) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
    if (!(value >= min && value <= max)) {
      ctx.addIssue({ code: 'custom', message: `must be a whole number from ${min} to ${max}` })
      return z.NEVER
    }
    return value
  })

export const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` })

/** An http(s) URL without a trailing slash. Credentials, query and fragment are refused: they would be lost or leaked. */
export const baseUrl = z.string().transform((text, ctx) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const plain = url && !url.username && !url.password && !url.search && !url.hash
  if (!plain || !/^https?:$/.test(url.protocol)) {
    ctx.addIssue({
      code: 'custom',
      message: 'must be an http:// or https:// URL without user name, query or fragment',
    })
    return z.NEVER
  }
  return url.href.replace(/\/+$/, '')
})

/** As `baseUrl`; an origin alone gets `/v1`, which is where OpenAI-compatible servers have their API. */
export const apiUrl = baseUrl.transform((url) => (new URL(url).pathname === '/' ? `${url}/v1` : url))

export const secret = (minBytes: number) =>
  z.string().refine((text) => /^[\x21-\x7e]+$/.test(text) && text.length >= minBytes, {
    error: `must be at least ${minBytes} visible ASCII characters without spaces`,
  })

export const secretList = (minBytes: number) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    )
    .refine((items) => items.every((item) => secret(minBytes).safeParse(item).success), {
      error: `must be a comma-separated list, each at least ${minBytes} visible ASCII characters`,
    })

/** Text that a parser of the gateway's reads: its RangeError completes a sentence that begins with the setting's name. */
export const readBy = <T>(parse: (text: string) => T) =>
  z.string().transform((text, ctx) => {
    try {
      return parse(text)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      ctx.addIssue({ code: 'custom', message: error.message })
      return z.NEVER
    }
  })

export const wholeNumberOrOff = (min: number, max: number) =>
  z.string().transform((text, ctx) => {
    if (text.trim() === 'off') return 'off' as const
    const number = wholeNumber(min, max).safeParse(text)
    if (number.success) return number.data
    ctx.addIssue({ code: 'custom', message: `must be a whole number from ${min} to ${max}, or off` })
    return z.NEVER
  })

export const durationOrOff = z.string().transform((text, ctx) => {
  if (text.trim() === 'off') return undefined
  const read = duration.safeParse(text)
  if (read.success) return read.data
  ctx.addIssue({ code: 'custom', message: 'must be a number with a unit, such as 30s, 10m or 1h, or off' })
  return z.NEVER
})

const BYTES: Record<string, number> = { '': 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }

/** `512MB`, `10000000` or `off` in bytes. */
export const sizeOrOff = z.string().transform((text, ctx) => {
  if (text.trim() === 'off') return undefined
  const match = /^(\d{1,12})\s?(KB|MB|GB|)$/i.exec(text.trim())
  const bytes = Number(match?.[1]) * (BYTES[match?.[2]?.toUpperCase() ?? ''] ?? 1)
  if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes
  ctx.addIssue({ code: 'custom', message: 'must be a number of bytes such as 512MB, 100KB or 2GB, or off' })
  return z.NEVER
})

export const onOrOff = choice(['on', 'off']).transform((word) => word === 'on')

/** Nothing at all, for lists of which the default is empty. */
export const none = (): never[] => []
