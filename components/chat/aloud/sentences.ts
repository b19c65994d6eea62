/** A stretch of a text that is read in one go. */
export interface Sentence {
  from: number
  to: number
  text: string
  /** In which language it is read: what it is written in, and of two the one that also reads the other. */
  lang: 'zh' | 'ja' | 'ko' | 'en'
}

/** Some browsers fall silent in longer ones, and one could not skip within. */
const MAX_CHARS = 200

/** The sentences of a text, in order. Line breaks end them; what has no letter or digit in it is left out. */
export function sentencesOf(text: string, locale: string): Sentence[] {
  return piecesOf(text, locale).flatMap(([from, to]) => {
    const piece = text.slice(from, to)
    if (!/[\p{L}\p{N}]/u.test(piece)) return []
    const start = from + (piece.length - piece.trimStart().length)
    const words = piece.trim()
    return [{ from: start, to: start + words.length, text: words, lang: languageOf(words) }]
  })
}

/** How much of a growing text is finished: up to the end of its last whole sentence or line. */
export function finishedLength(text: string): number {
  const end = /^[\s\S]*(?:[.!?…]["'”’)\]]*(?=\s)|[。！？…]["'”’」』）]*|\n)/.exec(text)
  return end?.[0].length ?? 0
}

function piecesOf(text: string, locale: string): [from: number, to: number][] {
  const segmenter = new Intl.Segmenter(locale, { granularity: 'sentence' })
  const pieces: [number, number][] = []
  let lineStart = 0
  for (const line of text.split('\n')) {
    for (const { segment, index } of segmenter.segment(line)) {
      for (const [from, to] of cutLong(segment))
        pieces.push([lineStart + index + from, lineStart + index + to])
    }
    lineStart += line.length + 1
  }
  return pieces
}

/** Long sentences are cut where one would breathe, else between words, else anywhere. */
function* cutLong(sentence: string): Generator<[from: number, to: number]> {
  let from = 0
  while (sentence.length - from > MAX_CHARS) {
    const window = sentence.slice(from, from + MAX_CHARS)
    const breath = Math.max(...[...'，、；：,;:—'].map((mark) => window.lastIndexOf(mark))) + 1
    const cut = breath > MAX_CHARS / 4 ? breath : window.lastIndexOf(' ') + 1 || MAX_CHARS
    yield [from, from + cut]
    from += cut
  }
  yield [from, sentence.length]
}

function languageOf(text: string): Sentence['lang'] {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'ja'
  if (/\p{Script=Hangul}/u.test(text)) return 'ko'
  return /\p{Script=Han}/u.test(text) ? 'zh' : 'en'
}
