/** A word with the blank before it, one or two Chinese characters, blanks, or a single mark: about what a token is. */
const PIECE = / ?[\p{Script=Latin}\p{N}]{1,14}|\p{Script=Han}{1,2}|\n+| +|[\s\S]/gu

/** Cuts text into token-like pieces; joined they are the text again. */
export const piecesOf = (text: string): string[] => text.match(PIECE) ?? []

export const countTokens = (text: string): number => piecesOf(text).length
