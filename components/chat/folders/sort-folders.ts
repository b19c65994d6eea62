import type { Folder } from '#lib/chat/folder-contract.ts'
import type { Locale } from '#lib/i18n/locale.ts'

/** By name, as the reader's language sorts; "Part 10" comes after "Part 2". */
export function sortFolders(folders: readonly Folder[], locale: Locale): Folder[] {
  const { compare } = new Intl.Collator(locale, { numeric: true })
  return [...folders].sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id))
}
