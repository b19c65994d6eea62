/** A text that is longer is pasted as a file: nobody reads it in the box. */
const LONG_TEXT_CHARS = 10_000

/**
 * What of a paste is to be attached: files, images, and a text that is very long. Programs put a picture of the text beside
 * what one copies from them; then the text is meant. File managers put the names of files beside them; then the files are.
 */
export function filesOfClipboard(data: DataTransfer): File[] {
  const files = [...data.files]
  const text = data.getData('text/plain')
  if (files.length > 0 && (text.trim() === '' || isNames(text, files))) return files
  if (text.length <= LONG_TEXT_CHARS) return []
  return [new File([text], '', { type: 'text/plain' })]
}

const isNames = (text: string, files: readonly File[]) =>
  text
    .split(/[\r\n]+/)
    .filter(Boolean)
    .every((line) => files.some(({ name }) => name !== '' && line.endsWith(name)))
