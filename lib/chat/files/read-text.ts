/** What no text has: control characters other than tab, line feeds, carriage return, form feed and escape (logs have colours). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/

/**
 * The text of a file, or null when it is none: UTF-8, UTF-16 with its mark, or GB 18030, in which Chinese Windows writes.
 * Line ends and everything else stay as they are.
 */
export function readText(bytes: Uint8Array): string | null {
  const [first, second] = bytes
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (isWide) return asText(decode(bytes, first === 0xff ? 'utf-16le' : 'utf-16be'))
  const utf8 = decode(bytes, 'utf-8')
  if (utf8 !== null) return asText(utf8)
  const chinese = decode(bytes, 'gb18030')
  return chinese !== null && isMostlyChinese(chinese) ? asText(chinese) : null
}

function decode(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

const asText = (text: string | null) => (text === null || CONTROL.test(text) ? null : text)

/** Almost any bytes are GB 18030 for its decoder; what people write in it are the characters everybody knows, and ASCII. */
function isMostlyChinese(text: string): boolean {
  const beyond = text.match(/[^\p{ASCII}]/gu) ?? []
  const known = text.match(/[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef\u2010-\u2027]/g) ?? []
  return known.length >= beyond.length * 0.95
}
