/** Where fenced code begins, with its language, or ends. */
const FENCE = /^[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(`{3,}|~{3,})[ \t]*([^\s`]*)[^`]*$/
/** Lines that draw something and say nothing: rules, underlines of headings. */
const DRAWN = /^[ \t>]*(?:(?:[-*_][ \t]*){3,}|=+)$/
const DELIMITERS = /^[ \t>]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?[ \t]*$/
const ROW = /^[ \t>]*\|(.*)\|[ \t]*$/
/** What a line begins with before its words: signs of quotations, headings and lists, a box to tick, the mark of a footnote. */
const BEGINNING =
  /^[ \t]*(?:>[ \t]*)*(?:#{1,6}[ \t]+)?(?:([-*+])[ \t]+)?(?:\[([ xX])\][ \t]+)?(?:\[\^[^\]\s]{1,80}\]:[ \t]*)?/
/** What is meant as it is written: a span of code, a sign behind a backslash. */
const LITERAL = /(?<!`)(`+)(?!`)(.{1,2000}?)(?<!`)\1(?!`)|\\([!-'*-/:-@\\^-`{-~])/g
/** Stands for it while signs are looked for; no text that is written has it. */
const HERE = '\ue000'
const LINK = /!?\[([^[\]]*)\]\((<[^<>]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:[ \t]+"[^"]*")?\)/g
/**
 * Signs that stand alone: edges of formulas, marks of footnotes, brackets of addresses, and the tags that are formatting on the
 * page too; all others are shown there (`html-as-text.ts`).
 */
const SIGNS =
  /\\[()[\]]|\$\$|\[\^[^\]\s]{1,80}\]|<(?=https?:\/\/|mailto:)|(?<=(?:https?:\/\/|mailto:)[^\s<>"]{1,2000})>|<\/?(?:b|br|del|details|em|ins|kbd|li|mark|ol|p|q|s|small|strong|sub|summary|sup|u|ul|i)[ \t]*\/?>/gi
/** Signs on both sides of words; what is farther apart is most likely no pair. */
const PAIRS = [
  /(\*\*|__|~~)(?=\S)(.{1,600}?)(?<=\S)\1/g,
  /(?<![\p{L}\p{N}*])(\*)(?=\S)([^*]{1,300})(?<=\S)\*(?!\*)/gu,
  /(?<![\p{L}\p{N}_])(_)(?=\S)([^_]{1,300})(?<=\S)_(?![\p{L}\p{N}_])/gu,
]
/** Without one of these a line has no signs but at its beginning. */
const SIGN = /[*_`[\\~$<]/

/**
 * An answer's Markdown as it is read, line by line: without the signs of bold, code, headings, tables and links, so that words
 * which stand together on the page do so here. With `asides` also what is not read along, at the end of its line: the addresses
 * of links, the language of code.
 */
export function readableText(markdown: string, { asides }: { asides: boolean }): string {
  const lines: string[] = []
  let fence: string | undefined
  let isInTable = false
  const source = markdown.split('\n')
  for (const [at, line] of source.entries()) {
    const [, marks, language] = FENCE.exec(line) ?? []
    if (fence !== undefined) {
      if (marks?.startsWith(fence) && language === '') fence = undefined
      else lines.push(line)
      continue
    }
    fence = marks
    if (marks !== undefined) {
      if (asides && language) lines.push(language)
      continue
    }
    if (DELIMITERS.test(line) || DRAWN.test(line)) continue
    const row = ROW.exec(line)?.[1]
    const isRow: boolean = row !== undefined && (isInTable || DELIMITERS.test(source[at + 1] ?? ''))
    if (isRow && row) {
      const cells = row.split(/(?<!\\)\|/).map((cell) => readableLine(cell.trim(), asides))
      lines.push((isInTable ? '| ' : '') + cells.join(' · '))
    } else if (line.trim() !== '') lines.push(readableLine(line, asides))
    isInTable = isRow
  }
  return lines.join('\n')
}

function readableLine(line: string, asides: boolean): string {
  const beside: string[] = []
  const literals: string[] = []
  const withoutAddress = (_: string, words: string, address: string) => {
    if (asides) beside.push(` ${address.replace(/^<|>$/g, '')}`)
    return words
  }
  let words = line.replaceAll(HERE, '').replace(BEGINNING, (_, bullet?: string, box?: string) => {
    if (box !== undefined) return box === ' ' ? '☐ ' : '☑ '
    return bullet === undefined ? '' : '• '
  })
  if (!SIGN.test(words)) return words
  words = words
    .replace(LITERAL, (_, _marks, code: string | undefined, sign: string) => {
      literals.push(code?.trim() ?? sign)
      return HERE
    })
    .replace(LINK, withoutAddress)
    // An image within a link.
    .replace(LINK, withoutAddress)
    .replace(SIGNS, (sign) => (/^<br/i.test(sign) ? ' ' : ''))
  for (const pair of PAIRS) words = words.replace(pair, '$2')
  return words.replaceAll(HERE, () => literals.shift() ?? '') + beside.join('')
}
