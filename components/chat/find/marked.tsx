import type { Highlighted } from '#lib/chat/contract.ts'

/** A text with its matches marked. */
export function Marked({ text, ranges }: Highlighted) {
  let at = 0
  const pieces = ranges.flatMap(([from, to]) => {
    const before = text.slice(at, from)
    at = to
    return [before, <mark key={from}>{text.slice(from, to)}</mark>]
  })
  return (
    <>
      {pieces}
      {text.slice(at)}
    </>
  )
}
