/** Fenced code as it is shown. */
export interface FencedCode {
  language: string | undefined
  text: string
}

/** A fence at the margin, and behind it the language and whatever else, without what a parser would read as something else. */
const OPENING = /^(`{3,}|~{3,})[ \t]*([^\s`&\\]*)(?:[ \t][^`&\\\n]*)?\n/

/**
 * What a block holds that is code in a fence and nothing else; undefined for every other, and for a diagram. Code means what it
 * is: a parser would go through all of it again whenever it grows.
 */
export function readFencedCode(content: string): FencedCode | undefined {
  const opening = OPENING.exec(content)
  if (!opening || /[\0\r]/.test(content)) return undefined
  const [line, fence = '', language = ''] = opening
  if (language === 'mermaid') return undefined
  const rest = content.slice(line.length)
  const closing = new RegExp(`^ {0,3}${fence[0]}{${fence.length},}[ \\t]*$`, 'm').exec(rest)
  if (closing && rest.slice(closing.index + closing[0].length).trim() !== '') return undefined
  // As the parser does it, an empty line at the beginning is left out.
  const text = (closing ? rest.slice(0, closing.index) : rest).replace(/\n$/, '').replace(/^\n/, '')
  return { language: language === '' ? undefined : language, text }
}
