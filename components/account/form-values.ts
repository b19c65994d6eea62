/** A field of an account page's form, and how what is typed in it becomes a value. */
export interface Field {
  /** Its place in the body; `quota.streams` is `streams` within `quota`. */
  name: string
  label: string
  /** An `amount` is a number that may have decimals and separators of thousands; a `list` has commas between. */
  type?: 'text' | 'email' | 'password' | 'number' | 'checkbox' | 'amount' | 'list'
  autoComplete?: string
  hint?: string
  placeholder?: string
  value?: string
  optional?: true
  /** Across all columns. */
  wide?: true
  /** What an `amount` is multiplied with, to whole numbers: 1,000,000 for dollars that are sent in millionths. */
  scale?: number
  /** Taken from the address's fragment, where no server and no log sees it. */
  fromFragment?: true
}

type Values = Record<string, unknown>

/** The body that a form sends: `fixed`, and in it what was typed. Optional fields that are empty are left out. */
export function valuesOf(data: FormData, fields: readonly Field[], fixed: Values = {}): Values {
  const values = structuredClone(fixed)
  for (const field of fields) {
    const text = String(data.get(field.name) ?? '')
    if (field.optional && text.trim() === '') continue
    put(values, field.name.split('.'), typedValue(text, field))
  }
  return values
}

function put(into: Values, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    into[first] = value
    return
  }
  const inner = { ...(into[first] as Values | undefined) }
  into[first] = inner
  put(inner, rest, value)
}

function typedValue(text: string, { type, scale }: Field): unknown {
  if (type === 'checkbox') return text === 'on'
  if (type === 'number') return Number(text)
  if (type === 'amount') return parseAmount(text, scale)
  if (type === 'list') return text.split(/[,，、\n]/).flatMap((one) => one.trim() || [])
  return text
}

/**
 * `1,000,000`, `2 500`, `0.75` as a number, times `scale` and then whole if that is given. What is none is null, which
 * the site refuses by the field's name.
 */
export function parseAmount(text: string, scale?: number): number | null {
  const plain = text
    .trim()
    .replace(/^(\d{1,3})([, \u00a0\u202f]\d{3})+(?=\.|$)/, (whole) => whole.replaceAll(/[^\d]/g, ''))
  if (!/^\d+(\.\d+)?$/.test(plain)) return null
  return scale === undefined ? Number(plain) : Math.round(Number(plain) * scale)
}

const typed = new Intl.NumberFormat('en', { maximumFractionDigits: 6 })

/** A whole number of units as it is typed: 750,000 at a scale of 1,000,000 is `0.75`, and without one `750,000`. */
export const typedAmount = (value: number | undefined, scale = 1): string | undefined =>
  value === undefined ? undefined : typed.format(value / scale)
