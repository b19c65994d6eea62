'use client'

import { memo, useMemo } from 'react'
import type { CodePiece } from './highlight.ts'
import type { ColoredCode } from './use-highlight.ts'
import { useReached } from './use-reached.ts'

/** So many pieces are rendered together, and again only when one of them is another. */
const TOGETHER = 100

/** Code with its colours, as far as they are known: much of it in steps, since the browser lays out each piece. */
export function CodeText({ code, colored }: { code: string; colored: ColoredCode | undefined }) {
  const reached = useReached(colored?.code ?? '')
  const groups = useMemo(() => groupsOf(colored?.pieces ?? []), [colored])
  const shown = groups.filter(({ end }) => end <= reached)
  return (
    <>
      {shown.map(({ pieces }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place.
        <Group key={index} pieces={pieces} />
      ))}
      {code.slice(shown.at(-1)?.end ?? 0)}
    </>
  )
}

interface PieceGroup {
  pieces: readonly CodePiece[]
  /** Where its last piece ends in the code. */
  end: number
}

/** Pieces in their order, some at a time. What stands at the beginning of growing code stays what it was. */
export function groupsOf(pieces: readonly CodePiece[]): PieceGroup[] {
  let end = 0
  return Array.from({ length: Math.ceil(pieces.length / TOGETHER) }, (_, index) => {
    const group = pieces.slice(index * TOGETHER, (index + 1) * TOGETHER)
    end += group.reduce((sum, piece) => sum + lengthOf(piece), 0)
    return { pieces: group, end }
  })
}

const lengthOf = (piece: CodePiece): number =>
  typeof piece === 'string' ? piece.length : piece.pieces.reduce((sum, inner) => sum + lengthOf(inner), 0)

/** Whether two lists of pieces look the same. */
export function isSame(one: readonly CodePiece[], other: readonly CodePiece[]): boolean {
  if (one.length !== other.length) return false
  return one.every((piece, index) => {
    const beside = other[index]
    if (typeof piece === 'string' || typeof beside === 'string') return piece === beside
    return beside !== undefined && piece.kind === beside.kind && isSame(piece.pieces, beside.pieces)
  })
}

const Group = memo(Pieces, (was, is) => isSame(was.pieces, is.pieces))

function Pieces({ pieces }: { pieces: readonly CodePiece[] }) {
  return pieces.map((piece, index) =>
    typeof piece === 'string' ? (
      piece
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place.
      <span key={index} data-code={piece.kind}>
        <Pieces pieces={piece.pieces} />
      </span>
    ),
  )
}
